import { expect } from 'chai';
import { RIGHTS, ROLES, type Permission, type Role } from '../../src/access/permission.ts';
import { batchContent } from '../../src/batch/batch.sql.ts';
import { useDatabase } from '../support/database.ts';
import { walkTown, type TownStep } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

// Every role, in the unit of a batch and in another, does everything that can be done to a batch, in every state it has.

const ACTS = {
  approve: 'batch.approve',
  reject: 'batch.reject',
  'take-back': 'batch.withdraw',
} as const satisfies Record<string, Permission>;
type Act = keyof typeof ACTS;
const ALL_ACTS = Object.keys(ACTS) as Act[];

/** What may be done in each state, by whoever has the right to; everything else is refused in it. */
const POSSIBLE = {
  prepared: ['approve', 'reject'],
  approved: ['take-back'],
  released: [],
  withdrawn: [],
} as const satisfies Record<string, readonly Act[]>;
type State = keyof typeof POSSIBLE;

/** How a batch comes to a state: how far a month is walked, and what is done to it then. */
const WALK: Record<State, { until: TownStep; then: Act | null }> = {
  prepared: { until: 'rendered', then: null },
  approved: { until: 'approved', then: null },
  released: { until: 'released', then: null },
  withdrawn: { until: 'rendered', then: 'reject' },
};

const UNITS = { here: '40', elsewhere: '38' } as const;
type Unit = keyof typeof UNITS;

/** The refusal that is due; null where the act goes through. */
function due(state: State, role: Role, unit: Unit, act: Act): string | null {
  const roles: readonly string[] = RIGHTS[ACTS[act]];
  if (!roles.includes(role)) return 'permission-missing';
  if (unit === 'elsewhere') return 'batch-unknown';
  const possible: readonly string[] = POSSIBLE[state];
  return possible.includes(act) ? null : 'batch-not-in-state';
}

for (const state of Object.keys(POSSIBLE) as State[]) {
  describe(`a batch that is ${state}, for every role in every unit`, () => {
    const test = useDatabase({ checked: false });
    const web = useWeb(test);
    let batchId: bigint;

    const visit = (role: Role, unit: Unit): Promise<Browser> =>
      visiting(test(), web(), {
        personId: `${role.replace('_', '-')}-${unit}`,
        roles: [role],
        unitCode: UNITS[unit],
      });
    /** What an act came to: the refusal, or null. Everything is sent as the page of the batch shows it. */
    const doing = async (browser: Browser, act: Act): Promise<string | null> => {
      const content = await batchContent(test().db, batchId);
      if (content === undefined) throw new Error('the town has a batch');
      const { contentHash, filesHash, instructionCount, totalVnd } = content;
      const form: Record<string, string> =
        act === 'approve'
          ? {
              ...{ contentHash, filesHash },
              instructionCount: String(instructionCount),
              totalVnd: String(totalVnd),
            }
          : { contentHash, reason: 'sai danh sách' };
      const headers = { Accept: 'application/problem+json' };
      const answer = await browser.post(`/batches/${batchId}/${act}`, form, headers);
      const [, code] = /"type":"urn:an-sinh:refusal:([a-z-]+)"/.exec(answer.text) ?? [];
      return code ?? (answer.status === 303 ? null : String(answer.status));
    };

    before(async () => {
      const { until, then } = WALK[state];
      const town = await walkTown(test(), { until, recipients: 20 });
      const [batch] = await town.batches();
      if (batch === undefined) throw new Error('the town has a batch');
      batchId = batch.batchId;
      if (then !== null) await doing(await visit('checker', 'here'), then);
      expect((await batchContent(test().db, batchId))?.state).to.equal(state);
    });

    it('refuses all that is not due in it, and changes nothing by it', async () => {
      const wrong: string[] = [];
      for (const role of ROLES) {
        for (const unit of Object.keys(UNITS) as Unit[]) {
          const browser = await visit(role, unit);
          for (const act of ALL_ACTS) {
            const refusal = due(state, role, unit, act);
            if (refusal === null) continue;
            const came = await doing(browser, act);
            if (came !== refusal) wrong.push(`${role} ${unit} ${act}: ${came}, not ${refusal}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
      expect((await batchContent(test().db, batchId))?.state).to.equal(state);
    });

    it('takes what is due in it from who may', async () => {
      const [act] = POSSIBLE[state];
      if (act === undefined) return;
      expect(await doing(await visit('checker', 'here'), act)).to.equal(null);
    });
  });
}
