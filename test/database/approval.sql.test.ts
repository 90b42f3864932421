import { expect } from 'chai';
import {
  addApproval,
  addPerson,
  signersOf,
  type Signature,
} from '../../src/approval/approval.sql.ts';
import { advanceBatch, batchContent } from '../../src/batch/batch.sql.ts';
import { many, one, write, type Tx } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { plantedAndUndone, triedAndUndone, untilWaiting, whatRefused } from '../support/refused.ts';
import { table } from '../support/table.ts';
import { walkTown } from '../support/town.ts';

const GRANTED = new Date('2026-01-05T02:00:00Z');
const SIGNED = new Date('2026-10-23T03:00:00Z');

const before5Minutes = (milliseconds = 0): Date =>
  new Date(SIGNED.getTime() - 5 * 60_000 - milliseconds);

describe('persons', () => {
  const test = useDatabase();
  const person = {
    personId: 'ba-lan',
    fullName: 'Nguyễn Thị Lan',
    citizenNumber: '040185000001',
    role: 'checker',
    unitCode: '40',
    limitVnd: 100n,
    grantedBy: 'ong-hai',
    at: GRANTED,
  } as const;

  it('addPerson: a person with a role, and both stay as they are', async () => {
    await write(test().db, (tx) => addPerson(tx, person));
    await write(test().db, (tx) => addPerson(tx, { ...person, fullName: 'Other', limitVnd: 999n }));
    expect(
      await many(
        test().db,
        `select full_name as name, active, role, unit_code as unit, limit_vnd as "limitVnd"
           from person join person_role using (person_id)`,
      ),
    ).to.deep.equal([
      { name: 'Nguyễn Thị Lan', active: true, role: 'checker', unit: '40', limitVnd: 100n },
    ]);
  });

  it('addPerson: nobody grants themselves a role', async () => {
    const own = triedAndUndone(test().db, (tx) =>
      addPerson(tx, { ...person, role: 'maker', grantedBy: 'ba-lan' }),
    );
    expect(await own).to.equal('nobody_grants_to_self');
  });

  it('addPerson: one natural person is one row, whatever they call themselves', async () => {
    const second = triedAndUndone(test().db, (tx) =>
      addPerson(tx, { ...person, personId: 'ba-lan-2' }),
    );
    // The citizen number is taken, so there is no such person to give the role to.
    expect(await second).to.equal('person_role_person_id_fkey');
  });
});

describe('the rules of a signature', () => {
  const test = useDatabase();
  let batchId = 0n;
  let signature: Signature;

  before(async () => {
    const town = await walkTown(test(), { until: 'rendered', recipients: 30 });
    const [batch] = await town.batches();
    if (batch === undefined) throw new Error('the town has a batch');
    batchId = batch.batchId;
    signature = {
      ...batch,
      personId: 'checker',
      at: SIGNED,
      stepUpAt: new Date(SIGNED.getTime() - 60_000),
    };
  });

  async function addChecker(
    tx: Tx,
    { personId = 'checker', unitCode = '40', limitVnd = null as bigint | null } = {},
  ): Promise<void> {
    await addPerson(tx, {
      personId,
      fullName: 'A checker',
      citizenNumber: personId === 'checker' ? '040185000001' : '040185000002',
      role: 'checker',
      unitCode,
      limitVnd,
      grantedBy: 'somebody',
      at: GRANTED,
    });
  }

  /** What a signature of a checker comes to, when something is otherwise; undone. */
  function signed(
    change: Partial<Signature>,
    planted: (tx: Tx) => Promise<unknown> = (tx) => addChecker(tx),
  ): Promise<string> {
    return plantedAndUndone(test().owner, async (tx) => {
      await planted(tx);
      await many(tx, 'set local role an_sinh_app');
      await addApproval(tx, { ...signature, ...change });
    });
  }

  it('addApproval: a checker who had no hand in the batch signs what is there', async () => {
    expect(await signed({})).to.equal('nothing');
    expect(await signed({}, (tx) => addChecker(tx, { unitCode: 'VN' }))).to.equal('nothing');
  });

  it('addApproval: only a batch that waits for signatures', async () => {
    for (const state of ['gathered', 'approved', 'withdrawn', 'released', 'reconciled']) {
      const moved = signed({}, async (tx) => {
        await addChecker(tx);
        await many(tx, 'set local session_replication_role = replica');
        await many(tx, 'update batch_state set state = :state', { state });
        await many(tx, 'set local session_replication_role = origin');
      });
      expect(await moved, state).to.equal('batch_is_prepared');
    }
  });

  it('addApproval: nobody who prepared the batch or imported its list', async () => {
    for (const reason of ['prepared', 'imported', 'changed-register']) {
      const maker = signed({}, async (tx) => {
        await addChecker(tx);
        await many(tx, `insert into batch_maker values (:batchId, 'checker', :reason)`, {
          batchId,
          reason,
        });
      });
      expect(await maker, reason).to.equal('checker_is_not_maker');
    }
  });

  it('addApproval: nobody who did so after the batch was gathered', async () => {
    const imported = signed({}, async (tx) => {
      await addChecker(tx);
      await many(
        tx,
        `insert into file values (999, 'in', '40', 'recipient-list', 'x', sha256('x'), 1, now());
         insert into recipient_list
         values (999, 999, '2026-11', '40', false, 'checker', now(), 1, 1, 0, 0, 0)`,
      );
    });
    expect(await imported).to.equal('checker_is_not_maker');

    const changed = (recipient: string, at: Date): Promise<string> =>
      signed({}, async (tx) => {
        await addChecker(tx);
        await many(
          tx,
          `insert into register_change
           select ${recipient}, 1, 'channel', '{}', '{}', 'a paper', 'checker', :at, 'another'
             from payment_instruction where batch_id = :batchId`,
          { at: at.toISOString(), batchId },
        );
      });
    const days = (n: number): Date => new Date(SIGNED.getTime() - n * 86_400_000);
    expect(await changed('min(recipient_id)', days(0))).to.equal('checker_is_not_maker');
    expect(await changed('min(recipient_id)', days(89))).to.equal('checker_is_not_maker');
    expect(await changed('min(recipient_id)', days(91))).to.equal('nothing');
    expect(await changed('max(recipient_id) + 1', days(1))).to.equal('nothing');
  });

  it('addApproval: nobody without the role or the scope', async () => {
    const cases: [string, string, (tx: Tx) => Promise<unknown>][] = [
      [
        'no role',
        'checker_is_entitled',
        (tx) =>
          many(tx, `insert into person values ('checker', 'A checker', '040185000001', true)`),
      ],
      [
        'another role',
        'checker_is_entitled',
        async (tx) => {
          await addChecker(tx);
          await many(tx, `update person_role set role = 'auditor' where person_id = 'checker'`);
        },
      ],
      [
        'no longer active',
        'checker_is_entitled',
        async (tx) => {
          await addChecker(tx);
          await many(tx, `update person set active = false where person_id = 'checker'`);
        },
      ],
      [
        'revoked',
        'checker_is_entitled',
        async (tx) => {
          await addChecker(tx);
          await many(tx, `update person_role set revoked_at = now() where person_id = 'checker'`);
        },
      ],
      ['another province', 'checker_is_entitled', (tx) => addChecker(tx, { unitCode: '42' })],
      [
        'revoked in one province, entitled in the country',
        'nothing',
        async (tx) => {
          await addChecker(tx);
          await many(tx, `update person_role set revoked_at = now() where person_id = 'checker'`);
          await addChecker(tx, { unitCode: 'VN' });
        },
      ],
    ];
    for (const [what, rule, planted] of cases) {
      expect(await signed({}, planted), what).to.equal(rule);
    }
  });

  it('addApproval: who has a limit below the total signs first, and never last', async () => {
    const total = signature.totalVnd;
    const anotherSigned = async (tx: Tx): Promise<void> => {
      await addChecker(tx, { personId: 'another' });
      await addApproval(tx, { ...signature, personId: 'another' });
    };
    const cases = table<'limit' | 'first' | 'last'>(`
      limit    first    last
      none     nothing  nothing
      covers   nothing  nothing
      below    nothing  last_signature_covers_the_total
    `);
    const limits: Record<string, bigint | null> = { none: null, covers: total, below: total - 1n };
    for (const { limit, first, last } of cases) {
      const limitVnd = limits[limit] ?? null;
      expect(await signed({}, (tx) => addChecker(tx, { limitVnd })), limit).to.equal(first);
      const after = signed({}, async (tx) => {
        await anotherSigned(tx);
        await addChecker(tx, { limitVnd });
      });
      expect(await after, limit).to.equal(last);
    }
    // A limit that covers it, of a right that was taken away or of another province, is none.
    for (const [taken, rule] of [
      [`revoked_at = now()`, 'last_signature_covers_the_total'],
      [`unit_code = '42'`, 'last_signature_covers_the_total'],
      [`limit_vnd = null`, 'nothing'],
    ] as const) {
      const after = signed({}, async (tx) => {
        await anotherSigned(tx);
        await addChecker(tx, { unitCode: 'VN' });
        await many(tx, `update person_role set ${taken} where person_id = 'checker'`);
        await addChecker(tx, { limitVnd: total - 1n });
      });
      expect(await after, taken).to.equal(rule);
    }
  });

  it('addApproval: only with a second factor given in the last five minutes', async () => {
    expect(await signed({ stepUpAt: before5Minutes() })).to.equal('nothing');
    expect(await signed({ stepUpAt: before5Minutes(1) })).to.equal('step_up_is_fresh');
    expect(await signed({ stepUpAt: new Date(SIGNED.getTime() + 1) })).to.equal('step_up_is_fresh');
  });

  it('addApproval: on a code that was given, of who has a second factor, and where money is real', async () => {
    const enrolled = async (tx: Tx): Promise<void> => {
      await addChecker(tx);
      await many(
        tx,
        `insert into credential (person_id, password_hash, password_set_at, code_secret, code_since)
         values ('checker', '$argon2id$v=19$x', now(), 'sealed', now())`,
      );
    };
    const gave = (tx: Tx, at: Date): Promise<unknown> =>
      many(tx, `insert into code_use values ('checker', 1, :at, 'step-up')`, {
        at: at.toISOString(),
      });
    const real = async (tx: Tx): Promise<void> => {
      await addChecker(tx);
      await many(tx, `update channel set environment = 'production'`);
    };
    const both = async (tx: Tx, of: (tx: Tx) => Promise<void>, at: Date): Promise<void> => {
      await of(tx);
      await gave(tx, at);
    };
    const another = new Date(signature.stepUpAt.getTime() + 1);
    expect(await signed({}, enrolled)).to.equal('code_was_given');
    expect(await signed({}, (tx) => both(tx, enrolled, another))).to.equal('code_was_given');
    expect(await signed({}, (tx) => both(tx, enrolled, signature.stepUpAt))).to.equal('nothing');
    expect(await signed({}, real)).to.equal('code_was_given');
    expect(await signed({}, (tx) => both(tx, real, signature.stepUpAt))).to.equal('nothing');
  });

  it('addApproval: only what is there, to the dong and to the byte', async () => {
    const other = 'ab'.repeat(32);
    for (const change of [
      { instructionCount: signature.instructionCount - 1n },
      { totalVnd: signature.totalVnd + 1n },
      { contentHash: other },
      { filesHash: other },
      { filesHash: '' },
    ]) {
      expect(await signed(change), Object.keys(change)[0]).to.equal('checker_signs_what_is_there');
    }
  });

  it('addApproval: the gravest of two faults is the one that is told', async () => {
    const cases = table<'faults' | 'told'>(`
      faults                     told
      gathered+maker             batch_is_prepared
      maker+no-role              checker_is_not_maker
      no-role+other-content      checker_is_entitled
    `);
    const plant: Record<string, (tx: Tx) => Promise<unknown>> = {
      gathered: async (tx) => {
        await many(tx, 'set local session_replication_role = replica');
        await many(tx, `update batch_state set state = 'gathered'`);
        await many(tx, 'set local session_replication_role = origin');
      },
      maker: (tx) =>
        many(tx, `insert into batch_maker values (:batchId, 'checker', 'prepared')`, { batchId }),
      'no-role': (tx) => many(tx, `delete from person_role where person_id = 'checker'`),
      'other-content': () => Promise.resolve(),
    };
    for (const { faults, told } of cases) {
      const tried = signed(faults.includes('content') ? { totalVnd: 1n } : {}, async (tx) => {
        await addChecker(tx);
        for (const fault of faults.split('+')) await plant[fault]?.(tx);
      });
      expect(await tried, faults).to.equal(told);
    }
  });

  it('addApproval: nobody twice', async () => {
    const twice = signed({}, async (tx) => {
      await addChecker(tx);
      await addApproval(tx, signature);
    });
    expect(await twice).to.equal('approval_pkey');
  });

  it('one signature does not approve a batch, two of different content neither', async () => {
    const by = { batchId, actor: 'checker', at: SIGNED };
    const approve = async (tx: Tx): Promise<unknown> => advanceBatch(tx, 'batch-approved', by);
    expect(await triedAndUndone(test().db, approve)).to.equal('two_sign_the_same_content');

    const second = { ...signature, personId: 'checker-2' };
    const signedBy = async (tx: Tx, signatures: readonly Signature[]): Promise<void> => {
      await addChecker(tx);
      await addChecker(tx, { personId: 'checker-2' });
      for (const one of signatures) await addApproval(tx, one);
    };
    const tried = (signatures: readonly Signature[], planted = ''): Promise<string> =>
      plantedAndUndone(test().owner, async (tx) => {
        await signedBy(tx, signatures);
        if (planted !== '') await many(tx, planted);
        await approve(tx);
      });
    expect(await tried([signature])).to.equal('two_sign_the_same_content');
    expect(await tried([signature, second])).to.equal('nothing');
    for (const column of ['content_hash', 'files_hash']) {
      const planted = `update approval set ${column} = sha256('other') where person_id = 'checker-2'`;
      expect(await tried([signature, second], planted)).to.equal('two_sign_the_same_content');
    }
  });

  it('signersOf: in the order in which they signed', async () => {
    let signers: string[] = [];
    await signed({ at: SIGNED }, async (tx) => {
      await addChecker(tx);
      await addChecker(tx, { personId: 'checker-2' });
      const early = { at: new Date(SIGNED.getTime() - 1000) };
      await addApproval(tx, { ...signature, ...early, personId: 'checker-2' });
      await addApproval(tx, signature);
      signers = await signersOf(tx, batchId);
    });
    expect(signers).to.deep.equal(['checker-2', 'checker']);
    expect(await signersOf(test().db, batchId)).to.deep.equal([]);
  });

  it('addApproval: the event says who signed and what', async () => {
    let event: unknown;
    await signed({ personId: 'checker-2' }, async (tx) => {
      await addChecker(tx);
      await addChecker(tx, { personId: 'checker-2' });
      await addApproval(tx, signature);
      event = await one(
        tx,
        `select actor, subject, facts from audit_event where action = 'batch-signed'`,
      );
    });
    expect(event).to.deep.equal({
      actor: 'checker',
      subject: `batch/${batchId}`,
      facts: {
        count: Number(signature.instructionCount),
        total_vnd: Number(signature.totalVnd),
        content_hash: signature.contentHash,
        files_hash: signature.filesHash,
      },
    });
  });

  it('addApproval: holds the batch, so that it cannot move on before the signature is there', async () => {
    await write(test().db, (tx) => addChecker(tx));
    const by = { batchId, actor: 'sandbox-maker', at: SIGNED };
    let withdrawn: Promise<unknown> = Promise.resolve();
    await triedAndUndone(test().db, async (tx) => {
      await addApproval(tx, signature);
      withdrawn = whatRefused(
        write(test().db, async (other) => {
          await advanceBatch(other, 'batch-withdrawn', by);
          throw Object.assign(new Error('undone'), { code: 'got through' });
        }),
      );
      await untilWaiting(test().owner, 1);
    });
    expect(await withdrawn).to.equal('got through');
    expect((await batchContent(test().db, batchId))?.state).to.equal('prepared');
  });
});
