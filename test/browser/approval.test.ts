import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { takeWaitingPayments } from '../../adapters/sandbox/bank.ts';
import { sandboxPeople } from '../../adapters/sandbox/province.ts';
import { setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { batchesOf } from '../../src/batch/batch.sql.ts';
import { gatherBatches } from '../../src/batch/gather-batches.flow.ts';
import { renderBatches } from '../../src/batch/render-batch.flow.ts';
import { assessPeriod } from '../../src/entitlement/assess-period.flow.ts';
import { plainDate } from '../../src/kernel/period.ts';
import { write } from '../../src/platform/db.ts';
import { reconcile } from '../../src/reconciliation/reconcile.flow.ts';
import { releaseBatches } from '../../src/release/release-batches.flow.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import { verifyPeriod } from '../../src/verification/verify-period.flow.ts';
import { paymentFileWriters } from '../../adapters/bank/payment-files.ts';
import { sitDown, useChromium, type Sitting } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import {
  askWhoDied,
  listText,
  ASKER,
  TOWN_PERIOD,
  TOWN_SCOPE,
  townDirectories,
  townSettlement,
  townTransports,
} from '../support/town.ts';
import { enrolled, useWeb, type TestPerson } from '../support/web.ts';

// A clerk's list becomes a batch that two people sign, each in a browser of their own: with script, and
// the same without. What is refused is refused in front of them.

for (const javaScriptEnabled of [true, false]) {
  describe(`from a list to two signatures, ${javaScriptEnabled ? 'with' : 'without'} script`, function month() {
    this.timeout(120_000);
    const chromium = useChromium();
    const test = useDatabase();
    const web = useWeb(test);
    const people = [...sandboxPeople({ seed: 7, recipients: 30, period: TOWN_PERIOD })];
    let clerk: Sitting;
    let first: Sitting;
    let second: Sitting;
    let maker: TestPerson;

    before(async () => {
      await setUpSandbox(test().context(), TOWN_SCOPE);
      maker = await enrolled(test(), web(), { personId: 'clerk', roles: ['maker', 'checker'] });
      const one = await enrolled(test(), web(), { personId: 'checker-a', roles: ['checker'] });
      const two = await enrolled(test(), web(), { personId: 'checker-b', roles: ['checker'] });
      const how = { javaScriptEnabled };
      clerk = await sitDown(chromium(), web(), maker, how);
      first = await sitDown(chromium(), web(), one, how);
      second = await sitDown(chromium(), web(), two, how);
    });

    it('judges a list before it is taken in, and takes it in when told', async () => {
      const { page } = clerk;
      const path = join(tmpdir(), `danh-sach-${process.pid}.csv`);
      writeFileSync(path, listText(people));
      await page.goto('/lists');
      await page.fill('input[name=period]', TOWN_PERIOD);
      await page.setInputFiles('input[name=file]', path);
      await page.click('form[action="/lists/check"] button');
      expect(await page.locator('h1').innerText()).to.include('Kết quả kiểm tra');
      const { rows } = await test().db.raw<{ rows: unknown[] }>('select from recipient_list');
      expect(rows).to.have.length(0);
      await page.click('form[action="/lists/apply"] button');
      expect(new URL(page.url()).pathname).to.match(/^\/lists\/\d+$/);
      expect(clerk.complaints).to.deep.equal([]);
    });

    it('shows the batch to a checker with its totals on the button', async () => {
      await makeBatches();
      const { page } = first;
      await page.goto('/');
      await page.click('main a.card[href^="/batches"]');
      await page.click('tbody tr:last-child th a');
      const [bank] = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'prepared' });
      const button = await page.locator('button.approve').innerText();
      expect(button.replace(/\D/g, '')).to.equal(
        `${bank?.instructionCount ?? ''}${bank?.totalVnd ?? ''}`,
      );
      expect(await page.locator('.words').innerText()).to.match(/^Bằng chữ: .+ đồng\.$/);
    });

    it('lets nobody sign what they made', async () => {
      const { page } = clerk;
      await page.goto('/batches/1');
      expect(await page.locator('main').innerText()).to.include('bạn đã nộp danh sách');
      expect(await page.locator('button.approve').count()).to.equal(0);
    });

    it('refuses a wrong code, and signs nothing', async () => {
      const { page } = first;
      await page.fill('#decide input.code', '000000');
      await page.click('button.approve');
      expect(await signatures()).to.equal(0);
      expect(await page.locator('main').innerText()).to.not.include('Đã ghi nhận');
    });

    it('signs once, however often the button is pressed', async () => {
      const { page } = first;
      await page.goto('/batches/1');
      await page.fill('#decide input.code', first.code());
      await page.dblclick('button.approve');
      await page.waitForURL(/done=signed/);
      expect(await page.locator('.notice.good').innerText()).to.include('Đã ghi nhận chữ ký');
      expect(await signatures()).to.equal(1);
      await page.goBack();
      await page.reload();
      expect(await page.locator('button.approve').count()).to.equal(0);
    });

    it('refuses a tab that was open too long, with what changed', async () => {
      const { page } = second;
      await page.goto('/batches/1');
      const form = page.locator('form[action="/batches/1/approve"]');
      const other = 'f'.repeat(64);
      // What an old tab holds: the hash of what the batch was.
      const body = new URLSearchParams({
        _csrf: (await form.locator('input[name=_csrf]').getAttribute('value')) ?? '',
        instructionCount: '3',
        totalVnd: '1620000',
        contentHash: other,
        filesHash: other,
        code: second.code(),
      });
      const answer = await second.context.request.post('/batches/1/approve', {
        headers: {
          Origin: web().origin,
          'Content-Type': 'application/x-www-form-urlencoded',
          Accept: 'text/html',
        },
        data: body.toString(),
      });
      expect(answer.status()).to.equal(409);
      expect(await answer.text())
        .to.include('Đợt đã thay đổi từ khi bạn mở trang')
        .and.include('1.620.000');
      expect(await signatures()).to.equal(1);
    });

    it('is approved by the second, and says so with the signers and their hashes', async () => {
      const { page } = second;
      await page.goto('/batches/1');
      await page.fill('#decide input.code', second.code());
      await page.click('button.approve');
      await page.waitForURL(/done=signed/);
      const text = await page.locator('main').innerText();
      expect(text).to.include('đủ hai chữ ký').and.include('checker-a').and.include('checker-b');
      const [bank] = await batchesOf(test().db, { period: TOWN_PERIOD, state: 'approved' });
      expect(await page.content()).to.include(bank?.contentHash ?? '?');
      expect(second.complaints).to.deep.equal([]);
    });

    it('is rejected with a reason, and tells everybody why', async () => {
      const { page } = first;
      await page.goto('/batches/2');
      await page.click('summary:has-text("Không duyệt")');
      await page.fill('#reject-reason', 'Ba người ở xã này đã chuyển đi nơi khác');
      await page.fill('#reject-code', first.code());
      await page.click('button.refuse');
      expect(await page.locator('.notice.bad').innerText()).to.include('đã chuyển đi nơi khác');
      await clerk.page.goto('/batches/2');
      expect(await clerk.page.locator('.notice.bad').innerText()).to.include('checker-a');
    });

    it('ends at once for whoever loses the right to sign', async () => {
      const { page } = second;
      await write(test().owner, (tx) =>
        tx.raw(`update person_role set revoked_at = now() where person_id = 'checker-b'`),
      );
      await page.goto('/batches/1');
      expect(await page.locator('h1').innerText()).to.equal('Chưa thực hiện được');
    });

    it('is paid, tied and reported, and its end proposed', async () => {
      await payAndReconcile();
      const { page } = clerk;
      await page.goto('/reports');
      await page.click('form[action="/reports/draw"] button');
      await page.waitForURL(/\/reports\?period=/);
      const reports = await page.locator('main').innerText();
      for (const form of ['.pdf', '.xlsx', '.html']) expect(reports).to.include(form);
      await page.click(`a[href="/reports/month?period=${TOWN_PERIOD}"]`);
      expect(await page.locator('.notice').first().innerText()).to.include('đều đúng');
      await page.goto('/reconciliation/closing');
      await page.fill('textarea[name=note]', 'Đã khớp từng ngày');
      await page.click('form[action="/reconciliation/closing/propose"] button');
      // Who proposed it confirms it not.
      expect(await page.locator('button.approve').count()).to.equal(0);
      expect(await page.locator('main').innerText()).to.include('Đã khớp từng ngày');
      await page.click('a[hreflang=en]');
      expect(new URL(page.url()).pathname).to.equal('/reconciliation/closing');
      expect(await page.locator('h1').innerText()).to.equal('Close 11/2026');
      expect(clerk.complaints).to.deep.equal([]);
    });

    /** What the jobs do between the signatures and the end of the month. */
    async function payAndReconcile(): Promise<void> {
      const folder = mkdtempSync(join(tmpdir(), 'an-sinh-paid-'));
      const at = web().now().toISOString();
      const context = test().context({ actor: 'clerk', at });
      await askWhoDied(test(), at);
      const of = { period: TOWN_PERIOD, owner: 'clerk', leaseSeconds: 60 };
      await releaseBatches(context, townTransports(folder), of);
      await takeWaitingPayments({ folder: join(folder, 'bank'), seed: 7 });
      await receiveFiles(context, townSettlement(folder), {
        period: TOWN_PERIOD,
        channel: 'BANK',
      });
      await reconcile(context);
    }

    async function signatures(): Promise<number> {
      const { rows } = await test().db.raw<{ rows: unknown[] }>(
        'select from approval where batch_id = 1',
      );
      return rows.length;
    }

    /** What the jobs of the month do between the list and the signatures. */
    async function makeBatches(): Promise<void> {
      const context = test().context({ actor: 'clerk' });
      await assessPeriod(context, {
        period: TOWN_PERIOD,
        assessedOn: plainDate('2026-10-22'),
      });
      const asked = { period: TOWN_PERIOD, asker: ASKER };
      await verifyPeriod(context, townDirectories(people), asked);
      await gatherBatches(context, TOWN_SCOPE);
      await renderBatches(context, paymentFileWriters, TOWN_SCOPE);
    }
  });
}
