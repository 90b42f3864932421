import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { RIGHTS, ROLES, type Permission, type Role } from '../../src/access/permission.ts';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import { confirmClosing, proposeClosing } from '../../src/reconciliation/close-period.flow.ts';
import { monthStands, waitingClosing } from '../../src/reconciliation/closing.sql.ts';
import type { Transports } from '../../src/release/release-batches.flow.ts';
import { useDatabase } from '../support/database.ts';
import { withoutRules } from '../support/refused.ts';
import { SENT_AT, walkToSilence } from '../support/silent-file.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

// Every role, in the province, in one of its communes and in another province, does everything that can be done to a
// payment file and to a month, in every state they have. What a batch allows stands in web-states.test.ts.

const UNITS = { here: '40', commune: '17329', elsewhere: '38' } as const;
type Unit = keyof typeof UNITS;
const ALL_UNITS = Object.keys(UNITS) as Unit[];
const PROBLEM = { Accept: 'application/problem+json' };

const isRefused = (role: Role, permission: Permission): boolean => {
  const roles: readonly string[] = RIGHTS[permission];
  return !roles.includes(role);
};

/** What an answer came to: its refusal, or null where it went through. */
function cameTo(answer: { status: number; text: string }): string | null {
  const [, code] = /"type":"urn:an-sinh:refusal:([a-z-]+)"/.exec(answer.text) ?? [];
  return code ?? ([200, 303].includes(answer.status) ? null : String(answer.status));
}

const FILE_ACTS = {
  ask: 'file.operate',
  'handed-over': 'reconciliation.resolve',
  withdraw: 'reconciliation.resolve',
  cancel: 'reconciliation.resolve',
  reveal: 'batch.export',
} as const satisfies Record<string, Permission>;
type FileAct = keyof typeof FILE_ACTS;
const ALL_FILE_ACTS = Object.keys(FILE_ACTS) as FileAct[];

/** What a file says to each act in each state, to who has the right and the unit; null goes through. */
const FILE_SAYS = {
  rendered: {
    ask: 'dispatch-unknown',
    'handed-over': 'dispatch-not-unknown',
    withdraw: 'dispatch-not-unknown',
    cancel: 'dispatch-unknown',
    reveal: null,
  },
  claimed: {
    ask: null,
    'handed-over': 'dispatch-not-unknown',
    withdraw: 'dispatch-not-unknown',
    cancel: 'dispatch-unknown',
    reveal: null,
  },
  sent: {
    ask: null,
    'handed-over': 'dispatch-not-unknown',
    withdraw: 'dispatch-not-unknown',
    cancel: null,
    reveal: null,
  },
  unknown: {
    ask: null,
    'handed-over': null,
    // Its bank could yet pay it.
    withdraw: 'dispatch-not-withdrawable',
    cancel: null,
    reveal: null,
  },
  answered: {
    ask: null,
    'handed-over': 'dispatch-not-unknown',
    withdraw: 'dispatch-not-unknown',
    cancel: null,
    reveal: null,
  },
  withdrawn: {
    ask: null,
    'handed-over': 'dispatch-not-unknown',
    withdraw: 'dispatch-not-unknown',
    cancel: 'dispatch-unknown',
    reveal: null,
  },
} as const satisfies Record<string, Record<FileAct, string | null>>;
type FileState = keyof typeof FILE_SAYS;

function fileRefusal(state: FileState, role: Role, unit: Unit, act: FileAct): string | null {
  if (isRefused(role, FILE_ACTS[act])) return 'permission-missing';
  if (unit !== 'here') return act === 'reveal' ? 'permission-missing' : 'page-unknown';
  return FILE_SAYS[state][act];
}

const SILENT: Transports = () => ({
  deliver: () => Promise.reject(new Error('nothing is sent again')),
  whereIs: () => Promise.resolve('absent'),
});

for (const state of Object.keys(FILE_SAYS) as FileState[]) {
  describe(`a payment file that is ${state}, for every role in every unit`, () => {
    const test = useDatabase({ checked: false });
    const web = useWeb(test, { transports: SILENT });
    let fileId: bigint;
    let bytes: Buffer;

    const visit = (role: Role, unit: Unit): Promise<Browser> =>
      visiting(test(), web(), {
        personId: `${role.replace('_', '-')}-${unit}`,
        roles: [role],
        unitCode: UNITS[unit],
      });
    const stands = async (): Promise<unknown> =>
      many(
        test().db,
        `select coalesce(d.state, 'rendered') as state,
                (select count(*) from dispatch_inquiry) as asked,
                (select count(*) from break_proposal) as proposed
           from payment_file p left join file_dispatch d using (file_id)
          where p.file_id = :fileId`,
        { fileId },
      );
    const doing = async (browser: Browser, act: FileAct): Promise<string | null> => {
      const at = `/files/${fileId}/${act}`;
      const grounds = { reason: 'Đường truyền đứt', document: 'BN-12' };
      if (act === 'cancel') {
        const asked = { reason: 'TECH', document: 'QD-9', references: '' };
        return cameTo(await browser.post(at, asked, PROBLEM));
      }
      if (act !== 'handed-over') {
        return cameTo(await browser.post(at, act === 'withdraw' ? grounds : {}, PROBLEM));
      }
      const form = new FormData();
      const page = (await browser.get('/')).text;
      form.set('_csrf', /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '');
      for (const [name, value] of Object.entries(grounds)) form.set(name, value);
      form.set('file', new Blob([new Uint8Array(bytes)]), 'tep.xml');
      const headers = { ...PROBLEM, Origin: web().origin, 'Sec-Fetch-Site': 'same-origin' };
      return cameTo(await browser.ask('POST', at, { body: form, headers }));
    };

    before(async () => {
      if (state === 'rendered') await walkTown(test(), { until: 'approved', recipients: 20 });
      else {
        await walkToSilence(test(), SILENT);
        web().later({ minutes: (SENT_AT - web().now().getTime()) / 60_000 + 40 });
      }
      const [file] = await many<{ id: bigint; sha256: string }>(
        test().db,
        `select p.file_id as id, encode(f.sha256, 'hex') as sha256
           from payment_file p join file f using (file_id)
           join disbursement_batch b using (batch_id)
          where b.channel = 'BANK' order by 1 limit 1`,
      );
      if (file === undefined) throw new Error('the town has a file');
      fileId = file.id;
      const parts: Buffer[] = [];
      for await (const part of test().context().archive.open(file.sha256)) parts.push(part);
      bytes = Buffer.concat(parts);
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(file.sha256);
      if (state !== 'rendered' && state !== 'unknown') {
        await test().owner.transaction((tx) =>
          withoutRules(
            tx,
            `update file_dispatch
                set came_from = case '${state}' when 'withdrawn' then 'unknown' else 'claimed' end,
                    state = '${state}',
                    sent_at = case '${state}' when 'claimed' then null else sent_at end
              where file_id = ${fileId}`,
          ),
        );
      }
    });

    it('refuses all that is not due in it, and changes nothing by it', async () => {
      const before = await stands();
      const wrong: string[] = [];
      for (const role of ROLES) {
        for (const unit of ALL_UNITS) {
          const browser = await visit(role, unit);
          for (const act of ALL_FILE_ACTS) {
            const refusal = fileRefusal(state, role, unit, act);
            if (refusal === null) continue;
            const came = await doing(browser, act);
            if (came !== refusal) wrong.push(`${role} ${unit} ${act}: ${came}, not ${refusal}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
      expect(await stands()).to.deep.equal(before);
    });

    it('takes what is due in it from who may', async () => {
      for (const act of ALL_FILE_ACTS) {
        if (FILE_SAYS[state][act] !== null) continue;
        const browser = await visit(RIGHTS[FILE_ACTS[act]][0], 'here');
        expect(await doing(browser, act), act).to.equal(null);
      }
    });
  });
}

const MONTH_ACTS = {
  propose: 'reconciliation.resolve',
  confirm: 'period.close',
} as const satisfies Record<string, Permission>;
type MonthAct = keyof typeof MONTH_ACTS;
const ALL_MONTH_ACTS = Object.keys(MONTH_ACTS) as MonthAct[];

const MONTH_SAYS = {
  open: { propose: null, confirm: 'closing-not-proposed' },
  proposed: { propose: null, confirm: null },
  closed: { propose: 'period-closed-already', confirm: 'closing-not-proposed' },
} as const satisfies Record<string, Record<MonthAct, string | null>>;
type MonthState = keyof typeof MONTH_SAYS;

function monthRefusal(state: MonthState, role: Role, unit: Unit, act: MonthAct): string | null {
  if (isRefused(role, MONTH_ACTS[act]) || unit !== 'here') return 'permission-missing';
  return MONTH_SAYS[state][act];
}

for (const state of Object.keys(MONTH_SAYS) as MonthState[]) {
  describe(`a month that is ${state}, for every role in every unit`, () => {
    const test = useDatabase({ checked: false });
    const web = useWeb(test);
    const AT = '2026-11-25T01:00:00Z';
    const [CHECKER] = SANDBOX_PERSONS.checkers;

    const visit = (role: Role, unit: Unit): Promise<Browser> =>
      visiting(test(), web(), {
        personId: `${role.replace('_', '-')}-${unit}`,
        roles: [role],
        unitCode: UNITS[unit],
      });
    const proposalNo = async (): Promise<number> =>
      (await waitingClosing(test().db, { period: TOWN_PERIOD }))?.proposalNo ?? 1;
    const doing = async (browser: Browser, act: MonthAct): Promise<string | null> => {
      const more =
        act === 'propose' ? { note: 'đã đủ' } : { proposalNo: String(await proposalNo()) };
      const form = { period: TOWN_PERIOD, ...more };
      return cameTo(await browser.post(`/reconciliation/closing/${act}`, form, PROBLEM));
    };
    const stands = async (): Promise<unknown> =>
      many(
        test().db,
        `select closed_at as closed, (select count(*) from period_closing_proposal) as proposed
           from period_state where period = :period`,
        { period: TOWN_PERIOD },
      );

    before(async () => {
      await walkTown(test(), { until: 'reconciliation', recipients: 20 });
      const as = (actor: string) => test().context({ actor, at: AT });
      web().later({ minutes: (Date.parse(AT) - web().now().getTime()) / 60_000 });
      const of = { period: TOWN_PERIOD, note: 'đã đủ' };
      if (state !== 'open') await proposeClosing(as(SANDBOX_PERSONS.maker), of);
      const period = TOWN_PERIOD;
      if (state === 'closed') await confirmClosing(as(CHECKER), { period, proposalNo: 1 });
      expect((await monthStands(test().db, { period })).openBreakCount).to.equal(0n);
    });

    it('refuses all that is not due in it, and changes nothing by it', async () => {
      const before = await stands();
      const wrong: string[] = [];
      for (const role of ROLES) {
        for (const unit of ALL_UNITS) {
          const browser = await visit(role, unit);
          for (const act of ALL_MONTH_ACTS) {
            const refusal = monthRefusal(state, role, unit, act);
            if (refusal === null) continue;
            const came = await doing(browser, act);
            if (came !== refusal) wrong.push(`${role} ${unit} ${act}: ${came}, not ${refusal}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
      expect(await stands()).to.deep.equal(before);
    });

    it('takes what is due in it from who may, and offers it to nobody else', async () => {
      for (const act of ALL_MONTH_ACTS) {
        const may = RIGHTS[MONTH_ACTS[act]][0];
        const address = `/reconciliation/closing?period=${TOWN_PERIOD}`;
        const elsewhere = (await (await visit(may, 'commune')).get(address)).text;
        expect(elsewhere).not.to.include('action="/reconciliation/closing/');
        if (MONTH_SAYS[state][act] !== null) continue;
        const browser = await visit(may, 'here');
        const shown = (await browser.get(address)).text;
        if (state === 'open' || act === 'confirm') expect(shown).to.include(`closing/${act}"`);
        expect(await doing(browser, act), act).to.equal(null);
      }
    });
  });
}
