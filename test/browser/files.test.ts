import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { sitDown, useChromium, type Sitting } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import { looksRight } from '../support/looks.ts';
import { SENT_AT, walkToSilence } from '../support/silent-file.ts';
import { enrolled, useWeb } from '../support/web.ts';

// A file that its bank does not speak of, as the people see it who act on it.

for (const javaScriptEnabled of [true, false]) {
  describe(`a silent file in a browser, ${javaScriptEnabled ? 'with' : 'without'} script`, function silent() {
    this.timeout(120_000);
    const chromium = useChromium();
    const test = useDatabase({ checked: false });
    const bank: Transports = () => ({
      deliver: () => Promise.reject(new Error('nothing is sent again')),
      whereIs: () => Promise.resolve('absent'),
    });
    const web = useWeb(test, { transports: bank });
    let asks: Sitting;
    let decides: Sitting;
    let at: string;
    let path: string;

    before(async () => {
      const { fileId, sha256 } = await walkToSilence(test(), bank);
      web().later({ minutes: (SENT_AT - web().now().getTime()) / 60_000 + 40 });
      at = `/files/${fileId}`;
      const parts: Buffer[] = [];
      for await (const part of test().context().archive.open(sha256)) parts.push(part);
      path = join(mkdtempSync(join(tmpdir(), 'an-sinh-carried-')), 'tep.xml');
      writeFileSync(path, Buffer.concat(parts));
      const how = { javaScriptEnabled };
      const roles = ['maker', 'bank_integrator'] as const;
      const one = await enrolled(test(), web(), { personId: 'asks', roles });
      const two = await enrolled(test(), web(), { personId: 'decides', roles: ['checker'] });
      asks = await sitDown(chromium(), web(), one, how);
      decides = await sitDown(chromium(), web(), two, how);
    });

    it('is asked not to be paid, pressing twice, and another person says no', async () => {
      const { page } = asks;
      await page.goto(at);
      const form = page.locator(`form[action="${at}/cancel"]`);
      await form.locator('input[name=document]').fill('QD-9');
      await form.locator('button').dblclick();
      await form.waitFor({ state: 'detached' });
      // Without script the second press is answered too: that one waits already.
      await page.waitForLoadState('networkidle');
      await page.goto(at);
      expect(await page.locator('#cancelling').innerText()).to.include('người khác duyệt');
      await decides.page.goto(at);
      if (javaScriptEnabled) await looksRight(decides.page, 'file-cancelling');
      await decides.page.fill('#decline-reason', 'Nhầm tệp');
      await decides.page.click('#cancelling button.refuse');
      await decides.page.locator('#cancelling').waitFor({ state: 'detached' });
      expect(await decides.page.locator('main').innerText()).to.include('Không gửi');
      expect(decides.complaints).to.deep.equal([]);
    });

    it('is asked about, and shown to have been carried by hand, pressing twice', async () => {
      const { page } = asks;
      await page.goto(at);
      if (javaScriptEnabled) await looksRight(page, 'file-silent');
      await page.click(`form[action="${at}/ask"] button`);
      await page.waitForURL(/asked=absent/);
      expect(await page.locator('main').innerText()).to.include('chưa thấy tệp');
      const form = page.locator(`form[action="${at}/handed-over"]`);
      await form.locator('textarea[name=reason]').fill('Đường truyền đứt');
      await form.locator('input[name=document]').fill('BN-12');
      await form.locator('input[name=file]').setInputFiles(path);
      await form.locator('button').dblclick();
      await page.waitForURL(/breaks\/\d+$/);
      expect(await page.locator('main').innerText()).to.include('Đã giao tận tay');
      expect(await page.locator('button.approve').count()).to.equal(0);
      expect(asks.complaints).to.deep.equal([]);
    });

    it('is decided by another person, once, also when they go back', async () => {
      const { page } = decides;
      await page.goto(new URL(asks.page.url()).pathname);
      if (javaScriptEnabled) await looksRight(page, 'break-of-file');
      await page.fill('#decide input.code', decides.code());
      await page.dblclick('button.approve');
      // Without script the second press is answered too: that it is no longer open.
      await page.locator('#decide').waitFor({ state: 'detached' });
      await page.waitForLoadState('networkidle');
      await page.goto(at);
      expect(await page.locator('.tag').first().innerText()).to.include('Đã gửi');
      await page.goBack();
      await page.reload();
      expect(await page.locator('button.approve').count()).to.equal(0);
    });
  });
}
