import { expect } from 'chai';
import { many } from '../../src/platform/db.ts';
import { sitDown, useChromium, type Sitting } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import { looksRight } from '../support/looks.ts';
import { walkTown } from '../support/town.ts';
import { enrolled, useWeb } from '../support/web.ts';

// An officer prints a slip, and a recipient reads their own page on a telephone without script.

describe('a recipient’s own page in a browser', function own() {
  this.timeout(120_000);
  const chromium = useChromium();
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let sitting: Sitting;
  let recipientId = 0n;
  let digits = '';

  before(async () => {
    await walkTown(test(), { until: 'reconciliation', recipients: 30 });
    const [found] = await many<{ recipientId: bigint; number: string }>(
      test().db,
      `select i.recipient_id as "recipientId", k.key as number
         from payment_instruction i
         join recipient_key k on k.recipient_id = i.recipient_id and k.kind = 'citizen_number'
        order by 1 limit 1`,
    );
    recipientId = found?.recipientId ?? 0n;
    digits = found?.number.slice(-4) ?? '';
    const officer = await enrolled(test(), web(), { personId: 'officer', roles: ['maker'] });
    sitting = await sitDown(chromium(), web(), officer);
  });

  it('goes from the slip to the page, without script, whole and without a complaint', async () => {
    const { page, complaints } = sitting;
    await page.goto(`/recipients/${recipientId}`);
    await page.click('summary:has-text("Cấp phiếu")');
    await page.fill('#own-code', sitting.code());
    await page.click('button:has-text("Cấp phiếu mới")');
    await looksRight(page, 'slip');
    const code = await page.locator('code.given').innerText();

    const context = await chromium().newContext({
      baseURL: web().origin,
      locale: 'vi-VN',
      javaScriptEnabled: false,
    });
    const telephone = await context.newPage();
    await telephone.goto(`/my?code=${code}`);
    expect(await telephone.locator('input[name=code]').inputValue()).to.equal(code);
    await telephone.fill('input[name=digits]', digits);
    await telephone.click('main button[type=submit]');
    expect(telephone.url()).to.equal(`${web().origin}/my/payments`);
    expect(await telephone.locator('h1').innerText()).to.equal('Tiền trợ cấp của tôi');

    // The same page where script runs, for who looks at it with a reader.
    const [cookie] = (await context.cookies()).filter(({ name }) => name === '__Host-own');
    await context.close();
    const looking = await chromium().newContext({ baseURL: web().origin, locale: 'vi-VN' });
    if (cookie !== undefined) await looking.addCookies([cookie]);
    const reader = await looking.newPage();
    await reader.goto('/my');
    await looksRight(reader, 'own-door');
    await reader.goto('/my/payments');
    await looksRight(reader, 'own');
    await reader.click('a[hreflang=en]');
    expect(await reader.locator('h1').innerText()).to.equal('My payments');
    await reader.click('button:has-text("Close this page")');
    await reader.goto('/my/payments');
    expect(await reader.locator('main').innerText()).to.contain('This page is closed');
    await looking.close();
    expect(complaints).to.deep.equal([]);
  });
});
