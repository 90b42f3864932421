import { expect } from 'chai';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import { proposeProfile } from '../../src/approval/change-bank-profile.flow.ts';
import { period } from '../../src/kernel/period.ts';
import { raise } from '../../src/operations/watch.flow.ts';
import { many } from '../../src/platform/db.ts';
import { sitDown, useChromium, type Sitting } from '../support/chromium.ts';
import { useDatabase } from '../support/database.ts';
import { looksRight } from '../support/looks.ts';
import { sandboxProfile } from '../support/profiles.ts';
import { enrolled, useWeb } from '../support/web.ts';

// The settings and the persons as people see them.

const PAGES = [
  ['today', '/'],
  ['settings', '/settings'],
  ['banks', '/settings/banks'],
  ['bank', '/settings/banks/BANK/2'],
  ['units', '/settings/units?code=40&on=01/01/2025'],
  ['timetable', '/settings/timetable'],
  ['job', '/settings/timetable/bank-files'],
  ['alarms', '/settings/alarms'],
  ['persons', '/settings/persons'],
  ['account', '/account'],
] as const;

describe('the settings in a browser', function settings() {
  this.timeout(120_000);
  const chromium = useChromium();
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let sitting: Sitting;

  before(async () => {
    await setUpSandbox(test().context({ actor: 'sandbox' }), {
      provinceCode: '40',
      period: period('2026-11'),
    });
    const person = await enrolled(test(), web(), {
      personId: 'everybody',
      roles: ['maker', 'checker', 'rate_officer', 'bank_integrator', 'administrator', 'auditor'],
      unitCode: 'VN',
    });
    const profile = sandboxProfile('BANK');
    await proposeProfile(web().web.contextOf(SANDBOX_PERSONS.maker), {
      ...profile,
      version: 2,
      payer: { ...profile.payer, account: '0123456789' },
    });
    const context = web().web.contextOf('job/alarms');
    const raised = [
      { kind: 'not-acknowledged', subject: 'file/7', facts: { batch: 3 } },
      { kind: 'unit-parked', subject: 'unit/12', facts: { job: 'bank-files' } },
    ] as const;
    await raise(context, raised, ['mail']);
    await many(
      test().owner,
      `insert into job_unit (job, programme, province_code, period, occasion, state, came_from,
                             priority, due_at, attempts_limit, attempts, last_failure, late_at, created_at)
       values ('bank-files', 'all', '40', '2026-10', '2026-10-22 08:15', 'parked', 'running', 1, :at,
               8, 8, '08006', :at, :at),
              ('entitlement', 'all', '40', '2026-11', '', 'due', 'none', 4, :at, 5, 0, null, null, :at)`,
      { at: '2026-10-22T01:15:00Z' },
    );
    sitting = await sitDown(chromium(), web(), person);
  });

  for (const [name, path] of PAGES) {
    it(`${path} is whole, light and without a complaint`, async () => {
      const { page, complaints } = sitting;
      const response = await page.goto(path);
      expect(response?.status(), await page.locator('main').innerText()).to.equal(200);
      await looksRight(page, name);
      expect(complaints).to.deep.equal([]);
    });
  }

  it('keep the first page up to date by themselves, while work gets on', async () => {
    const { page, complaints } = sitting;
    await page.goto('/');
    expect(await page.locator('[data-none]').isVisible()).to.equal(true);
    await many(
      test().owner,
      `with unit as (
         update job_unit set came_from = 'due', state = 'running', done_count = 12000,
                             total_count = 50000, fence = 1, lease_owner = 'a process',
                             lease_until = now() + interval '1 hour'
          where job = 'entitlement'
         returning unit_id
       )
       select pg_notify('job_progress', unit_id::text) from unit`,
    );
    await page.locator('.running li').waitFor();
    expect(await page.locator('.running').innerText()).to.contain('12.000/50.000');
    await looksRight(page, 'today-running');
    expect(complaints).to.deep.equal([]);
  });

  it('are gone through by the keyboard alone: an alarm is chosen and acknowledged', async () => {
    const { page } = sitting;
    await page.goto('/settings/alarms');
    await page.focus('input[name=alarm]');
    await page.keyboard.press('Space');
    await page.focus('input[name=code]');
    await page.keyboard.type(sitting.code());
    await page.keyboard.press('Enter');
    await page.locator('input[name=alarm]').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('input[name=alarm]').count()).to.equal(1);
  });
});

describe('signing in, in a browser', function signingIn() {
  this.timeout(120_000);
  const chromium = useChromium();
  const test = useDatabase({ checked: false });
  const web = useWeb(test);

  it('looks right before anybody is known, when it is refused, and while a factor is enrolled', async () => {
    const context = await chromium().newContext({ baseURL: web().origin, locale: 'vi-VN' });
    const page = await context.newPage();
    await page.goto('/sign-in');
    await looksRight(page, 'sign-in');
    await page.fill('input[name=person]', 'nobody');
    await page.fill('input[name=password]', 'not right');
    await page.click('main button[type=submit]');
    expect(await page.locator('[role=alert]').innerText()).to.contain('không đúng');
    await looksRight(page, 'sign-in-refused');
    await page.goto('/no-such-page');
    await looksRight(page, 'page-unknown');
    await context.close();
    const person = await enrolled(test(), web(), { personId: 'enrols', roles: ['maker'] });
    const sitting = await sitDown(chromium(), web(), person);
    await sitting.page.goto('/account/second-factor');
    await looksRight(sitting.page, 'second-factor');
    await sitting.page.goto('/step-up');
    await looksRight(sitting.page, 'step-up');
  });
});
