import { expect } from 'chai';
import { LETTERHEAD } from '../support/month-figures.ts';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { htmlReport } from '../../adapters/report/html.tsx';
import type { Cell, MonthReport } from '../../src/report/month-report.ts';

const both = (vi: string, en = vi): { vi: string; en: string } => ({ vi, en });

function aReport(changes: Partial<MonthReport> = {}): MonthReport {
  return {
    title: both('Báo cáo tháng 11/2026', 'Report for 11/2026'),
    letterhead: LETTERHEAD,
    banner: null,
    facts: [{ label: both('Kỳ chi trả', 'Period'), value: '11/2026' }],
    checks: [
      { label: both('Tổng bằng từng phần', 'Totals equal parts'), holds: true },
      { label: both('Sao kê bằng sổ cái', 'Statement equals ledger'), holds: true },
    ],
    tables: [aTable([[{ text: '01' }, { count: 18_310n }, { vnd: 16_842_250_000n }]])],
    ...changes,
  };
}

function aTable(rows: readonly (readonly Cell[])[]): MonthReport['tables'][number] {
  return {
    id: 'provinces',
    title: both('Theo tỉnh', 'By province'),
    columns: [
      { title: both('Tỉnh', 'Province'), kind: 'text' },
      { title: both('Số lệnh chi', 'Instructions'), kind: 'count' },
      { title: both('Số tiền', 'Amount'), kind: 'vnd' },
    ],
    rows,
    totals: [{ label: both('Tổng cộng', 'Total') }, { count: 18_310n }, { vnd: 16_842_250_000n }],
    note: null,
  };
}

async function pageOf(report: MonthReport): Promise<string> {
  return (await htmlReport.write(report)).toString('utf8');
}

/** An element as another reader sees it: its name, its attributes and the text inside it. */
interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly inside: readonly string[];
  text: string;
}

/** Reads a page as XML, which is stricter than a browser: nothing may be left open or unescaped. */
function elementsOf(page: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, inside: open.map((outer) => outer.name), text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    for (const element of open) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(page).close();
  return elements;
}

function named(page: string, name: string): Element[] {
  return elementsOf(page).filter((element) => element.name === name);
}

describe('htmlReport', () => {
  it('is one Vietnamese page that needs and runs nothing else', async () => {
    const page = await pageOf(aReport({ banner: 'SANDBOX' }));
    const elements = elementsOf(page);
    expect(page.startsWith('<!DOCTYPE html>')).to.equal(true);
    expect(elements[0]).to.deep.include({ name: 'html', attributes: { lang: 'vi' } });
    const names = elements.map((element) => element.name);
    expect(names).to.not.include.members(['script']);
    expect(names.filter((name) => /^(script|link|img|iframe|object|form|base)$/.test(name))).to.be
      .empty;
    const attributes = elements.flatMap((element) => Object.keys(element.attributes));
    expect(attributes.filter((name) => /^(on.*|src|style|action)$/.test(name))).to.be.empty;
    expect(page).to.not.match(/url\(|@import|https?:/);
  });

  it('allows its own style and no other content', async () => {
    const page = await pageOf(aReport({ banner: `'; } </style><script>alert(1)</script>` }));
    const [style] = named(page, 'style');
    const raw = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    expect(style?.text, 'escaping must leave the style as it is').to.equal(raw);
    const policy = named(page, 'meta')
      .map((meta) => meta.attributes)
      .find((meta) => meta['http-equiv'] === 'Content-Security-Policy')?.content;
    expect(policy)
      .to.include("default-src 'none'")
      .and.include(`'sha256-${createHash('sha256').update(raw).digest('base64')}'`);
  });

  it('escapes a text wherever it stands', async () => {
    const attack = `<script>alert(1)</script>"'&amp;`;
    const page = await pageOf({
      title: both(attack),
      banner: attack,
      letterhead: LETTERHEAD,
      facts: [{ label: both(attack), value: attack }],
      checks: [{ label: both(attack, 'x'), holds: false }],
      tables: [
        {
          ...aTable([[{ text: attack }, { label: both('y', attack) }, { vnd: 1n }]]),
          id: attack,
          title: both(attack),
          note: both(attack),
        },
      ],
    });
    expect(named(page, 'script')).to.be.empty;
    expect(page).to.not.include('<script');
    expect(named(page, 'dd')[0]?.text).to.equal(attack);
    expect(named(page, 'h1')[0]?.text).to.equal(attack);
    // The reader of this test does see a script where there is one.
    expect(named(page.replace('</body>', '<script>1</script></body>'), 'script')).to.have.length(1);
  });

  it('shows every text exactly, whatever it is', async () => {
    const legal = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
    const anyText = fc.string({ unit: 'binary' }).map((text) => text.replace(legal, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 30 }), async (texts) => {
        const rows: Cell[][] = texts.map((text) => [{ text }, { count: 1n }, { vnd: 1n }]);
        const page = await pageOf(aReport({ tables: [aTable(rows)] }));
        const names = named(page, 'th').filter((th) => th.inside.includes('tbody'));
        expect(names.map((th) => th.text)).to.deep.equal(texts);
      }),
      { numRuns: 20 },
    );
  });

  it('shows the banner on the page and on every printed sheet, and none in production', async () => {
    const sandbox = await pageOf(aReport({ banner: 'SANDBOX – dữ liệu giả' }));
    const bands = elementsOf(sandbox).filter((element) => element.attributes.class === 'band');
    expect(bands.map((band) => band.text)).to.deep.equal(['SANDBOX – dữ liệu giả']);
    expect(named(sandbox, 'title')[0]?.text).to.match(/^SANDBOX/);
    // S, A, N as code points, in the margin of the sheet.
    expect(named(sandbox, 'style')[0]?.text).to.match(/@top-center \{\s+content: '\\53 \\41 \\4e /);

    const production = await pageOf(aReport());
    expect(elementsOf(production).some((element) => element.attributes.class === 'band')).to.be
      .false;
    expect(production).to.not.include('@top-center').and.not.include('SANDBOX');
  });

  it('says first what does not hold, in words', async () => {
    const checks = [
      { label: both('Kiểm tra đạt', 'Holds well'), holds: true },
      { label: both('Kiểm tra hỏng', 'Broken'), holds: false },
    ];
    const body = named(await pageOf(aReport({ checks })), 'body')[0]?.text ?? '';
    expect(body).to.match(/^✕ Báo cáo có kiểm tra không đạt: 1\/2/);
    expect(body.indexOf('Kiểm tra hỏng')).to.be.lessThan(body.indexOf('Báo cáo tháng 11/2026'));
    const items = named(await pageOf(aReport({ checks })), 'li').map((item) => item.text);
    expect(items.slice(-2)[0]).to.match(/^✕ Không đạt.*Kiểm tra hỏng/);
    expect(items.slice(-2)[1]).to.match(/^✓ Đạt.*Kiểm tra đạt/);
  });

  it('raises no alarm when all checks hold, and none is a proof when there are none', async () => {
    expect(await pageOf(aReport()))
      .to.include('✓ Đạt 2/2 kiểm tra')
      .and.not.include('không đạt');
    expect(await pageOf(aReport({ checks: [] })))
      .to.include('✕ Chưa có kiểm tra nào')
      .and.not.include('✓');
  });

  it('writes figures in full, on the right, with the unit in the heading', async () => {
    const page = await pageOf(
      aReport({
        tables: [aTable([[{ text: '01' }, { count: -1_234n }, { vnd: 9_007_199_254_740_993n }]])],
      }),
    );
    const cells = named(page, 'td').filter((td) => td.inside.includes('tbody'));
    expect(cells.map((td) => td.text)).to.deep.equal(['-1.234', '9.007.199.254.740.993']);
    expect(cells.map((td) => td.attributes.class)).to.deep.equal(['figure', 'figure']);
    const headings = named(page, 'th').filter((th) => th.inside.includes('thead'));
    expect(headings.map((th) => th.text)).to.deep.equal([
      'TỉnhProvince',
      'Số lệnh chiInstructions',
      'Số tiền (đồng)Amount',
    ]);
    expect(named(page, 'th').find((th) => th.inside.includes('tbody'))?.text).to.equal('01');
  });

  it('puts the totals at the foot, once on paper', async () => {
    const page = await pageOf(aReport());
    const foot = elementsOf(page).filter((element) => element.inside.includes('tfoot'));
    expect(foot.filter(({ name }) => name === 'td').map((td) => td.text)).to.deep.equal([
      '18.310',
      '16.842.250.000',
    ]);
    expect(named(page, 'style')[0]?.text).to.match(/tfoot \{ display: table-row-group/);
    const without = aReport({ tables: [{ ...aTable([]), totals: null }] });
    expect(named(await pageOf(without), 'tfoot')).to.be.empty;
    expect(await pageOf(without)).to.include('Không có dòng nào');
  });

  it('refuses a row that does not fit its table', async () => {
    const report = aReport({ tables: [aTable([[{ text: 'one cell only' }]])] });
    const error: unknown = await htmlReport.write(report).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(RangeError);
    expect(String(error)).to.include('a row of 1 cells in a table of 3 columns');
  });

  it('gives the same bytes for the same report, and others for another', async () => {
    const first = await htmlReport.write(aReport({ banner: 'SANDBOX' }));
    expect(first.equals(await htmlReport.write(aReport({ banner: 'SANDBOX' })))).to.equal(true);
    expect(first.equals(await htmlReport.write(aReport()))).to.equal(false);
  });
});
