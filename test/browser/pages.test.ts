import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/access/permission.ts';
import { sitDown, useChromium, type Sitting } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import {
  addressesOf,
  PAGES,
  PLANTED_BREAK,
  PLANTED_DOUBT,
  PLANTED_HELD,
} from '../support/page-addresses.ts';
import { walkTown } from '../support/town.ts';
import { enrolled, useWeb } from '../support/web.ts';

// Every page as people see it: light, dark, on a telephone and on paper, in both languages.

const SHOTS = process.env.SHOTS;
/** Everything, so that one person may open every page. */
const ROLES: readonly Role[] = [
  'maker',
  'checker',
  'account_officer',
  'rate_officer',
  'bank_integrator',
  'auditor',
];

/** The most that a page may weigh on the wire, without what is fetched once. */
const MOST_BYTES = 100_000;

describe('every page', function pages() {
  this.timeout(120_000);
  const chromium = useChromium();
  const test = useDatabase();
  const web = useWeb(test);
  let addresses: readonly string[] = [];
  let sitting: Sitting;

  before(async () => {
    await walkTown(test(), { until: 'reconciliation' });
    await test().owner.raw(PLANTED_BREAK);
    await test().owner.raw(PLANTED_HELD);
    await test().owner.raw(PLANTED_DOUBT);
    addresses = await addressesOf(test().db);
    const person = await enrolled(test(), web(), { personId: 'everybody', roles: ROLES });
    sitting = await sitDown(chromium(), web(), person);
  });

  for (const [i, path] of PAGES.entries()) {
    it(`${path} is whole, light and without a complaint`, async () => {
      const { page, complaints } = sitting;
      const address = addresses[i] ?? '';
      await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
      await page.setViewportSize({ width: 1280, height: 800 });
      const response = await page.goto(address);
      expect(response?.status(), await page.locator('main').innerText()).to.equal(200);
      const html = await page.content();
      expect(Buffer.byteLength(html)).to.be.lessThan(4 * MOST_BYTES);
      expect(html).to.not.include('undefined').and.not.include('[object Object]');
      await looksRight(page, `${i}-desktop-light`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await looksRight(page, `${i}-desktop-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 390, height: 844 });
      await looksRight(page, `${i}-phone-light`);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(wide, 'wider than a telephone').to.be.lessThan(1);
      await page.emulateMedia({ media: 'print', colorScheme: 'light' });
      await looksRight(page, `${i}-print`);
      expect(complaints).to.deep.equal([]);
    });
  }

  it('keeps the page when the language is switched, and says it in English', async () => {
    const { page } = sitting;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ media: 'screen' });
    await page.goto('/batches?state=reconciled');
    await page.click('a[hreflang=en]');
    expect(page.url()).to.equal(`${web().origin}/batches?state=reconciled`);
    expect(await page.locator('h1').innerText()).to.equal('Disbursement batches');
    expect(await page.locator('html').getAttribute('lang')).to.equal('en');
    await page.click('a[hreflang=vi]');
    expect(await page.locator('h1').innerText()).to.equal('Đợt chi trả');
  });

  it('answers an auditor: from a total to its lines, to one line, to law, signatures and byte', async () => {
    const { page, complaints } = sitting;
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto('/reconciliation');
    await page.click('a[href*="by=programme"]');
    const figure = page.locator('tbody tr:first-child td a[href*="fate=booked"]').first();
    const total = (await figure.innerText()).trim();
    await figure.click();
    // Every line of the figure, and they come to it.
    expect(await page.locator('.under-table').innerText()).to.match(/dòng trên trang này/);
    let sum = 0;
    for (;;) {
      const said = /cộng lại ([\d.]+) đ/.exec(await page.locator('.under-table').innerText());
      sum += Number((said?.[1] ?? '').replaceAll('.', ''));
      const next = page.locator('a[rel=next]');
      if ((await next.count()) === 0) break;
      await next.click();
    }
    expect(sum).to.equal(Number(total.replaceAll('.', '')));
    await page.locator('tbody tr:last-child th a').click();
    expect(new URL(page.url()).pathname).to.equal('/audit/trace');
    const told = await page.locator('main').innerText();
    expect(told).to.match(/NĐ-CP|ND-CP/);
    expect(told).to.include('sandbox-checker-1').and.include('sandbox-checker-2');
    expect(told)
      .to.match(/byte/i)
      .and.match(/[0-9a-f]{64}/);
    await page.goBack();
    expect(new URL(page.url()).pathname).to.equal('/reconciliation/lines');
    expect(complaints).to.deep.equal([]);
  });

  it('shows whole numbers only to who asked, and puts that on record', async () => {
    const { page } = sitting;
    await page.goto('/recipients/5');
    expect(await page.locator('main').innerText()).to.include('•••');
    await page.click('form[action="/recipients/5/reveal"] button');
    expect(await page.locator('main').innerText()).to.match(/\b\d{12}\b/);
    const { rows } = await test().db.raw<{ rows: { actor: string }[] }>(
      `select actor from audit_event where action = 'number-revealed' and subject = 'recipient/5'`,
    );
    expect(rows).to.deep.equal([{ actor: 'everybody' }]);
  });

  it('finds a person by a name without accents, and writes it into no address', async () => {
    const { page } = sitting;
    const { rows } = await test().db.raw<{ rows: { name: string; commune: string }[] }>(
      `select full_name as name, commune_code as commune from recipient where recipient_id = 7`,
    );
    const [person] = rows;
    const plain = (person?.name ?? '').normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd');
    await page.goto('/recipients');
    await page.selectOption('select[name=commune]', person?.commune ?? '');
    await page.fill('input[name=name]', plain.toLowerCase());
    await page.click('form[role=search] button');
    expect(await page.locator('tbody').innerText()).to.include(person?.name ?? '?');
    expect(page.url()).to.equal(`${web().origin}/recipients`);
  });

  async function looksRight(page: Page, name: string): Promise<void> {
    if (SHOTS !== undefined) {
      const file = `${name.replace(/^\d+/, (no) => (PAGES[Number(no)] ?? '').replace(/\W+/g, '-') || '-')}.png`;
      await page.screenshot({ path: `${SHOTS}/${file}`, fullPage: true });
    }
    // Structure is the same whatever the colours: it is looked at once on each kind of screen.
    const isWhole = name.endsWith('light');
    const axe = new AxeBuilder({ page });
    const { violations } = await (isWhole ? axe : axe.withRules(['color-contrast'])).analyze();
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
    expect(told, name).to.deep.equal([]);
  }
});
