import { expect } from 'chai';
import { pdfReport } from '../../adapters/report/pdf.ts';
import type { MonthReport, ReportTable } from '../../src/report/month-report.ts';
import { monthReport } from '../../src/report/month-tables.ts';
import { figuresOfAMonth } from '../support/month-figures.ts';

const report = monthReport(figuresOfAMonth());

async function written(changes: Partial<MonthReport> = {}): Promise<string> {
  return (await pdfReport.write({ ...report, ...changes })).toString('latin1');
}

/** How many sheets it has. */
function pagesOf(pdf: string): number {
  return [...pdf.matchAll(/\/Type \/Page\b(?!s)/g)].length;
}

describe('the report on paper', () => {
  it('is a PDF/A in Vietnamese, in a font that it brings with it', async () => {
    const pdf = await written();
    expect(pdf.startsWith('%PDF-1.7')).to.equal(true);
    expect(pdf)
      .to.include('<pdfaid:part>2</pdfaid:part>')
      .and.to.match(/\/Lang \(vi\)/);
    expect(pdf).to.match(/\/BaseFont \/[A-Z]{6}\+Tinos-Bold/);
    expect(pdf).to.match(/\/FontFile2/);
  });

  it('is the same bytes for the same report, and others for another day', async () => {
    const once = await written();
    expect((await written()) === once).to.equal(true);
    const on = '2026-11-21' as typeof report.letterhead.on;
    const later = await written({ letterhead: { ...report.letterhead, on } });
    expect(later === once).to.equal(false);
  });

  it('lays a broad table on sheets of its own, turned sideways', async () => {
    const narrow = report.tables.filter(({ columns }) => columns.length < 8);
    const broad = report.tables.filter(({ columns }) => columns.length >= 8);
    expect(broad.length).to.be.greaterThan(2);
    const upright = await written({ tables: narrow });
    const both = await written({ tables: [...narrow, ...broad.slice(0, 1)] });
    expect(pagesOf(both)).to.be.greaterThan(pagesOf(upright));
    expect(both).to.match(/\/MediaBox \[0 0 841\.89 595\.28\]/);
    expect(upright).not.to.match(/\/MediaBox \[0 0 841\.89 595\.28\]/);
  });

  it('carries the banner across every sheet, and in production none', async () => {
    const sandbox = await written({ banner: 'SANDBOX' });
    const production = await written({ banner: null });
    expect(sandbox.length).to.be.greaterThan(production.length);
  });

  it('refuses a row that does not fit its table', async () => {
    const wrong = (table: ReportTable): ReportTable => ({ ...table, rows: [[{ text: 'a cell' }]] });
    const refused = await written({ tables: report.tables.slice(0, 1).map(wrong) }).then(
      () => 'nothing',
      (error: unknown) => (error as Error).name,
    );
    expect(refused).to.equal('RangeError');
  });
});

describe('a form of the state on paper', () => {
  const form = {
    name: 'Mẫu số 09',
    source: 'Nghị định số 11/2020/NĐ-CP',
    signers: [['MỘT'], ['HAI']],
  };

  it('lies sideways throughout, and has no annex', async () => {
    const pdf = await written({ form });
    expect([...pdf.matchAll(/\/MediaBox \[0 0 841\.89 595\.28\]/g)].length).to.equal(pagesOf(pdf));
    expect(pdf === (await written())).to.equal(false);
  });

  it('is other bytes with another who signs', async () => {
    const once = await written({ form });
    expect((await written({ form })) === once).to.equal(true);
    expect((await written({ form: { ...form, signers: [['MỘT']] } })) === once).to.equal(false);
  });
});
