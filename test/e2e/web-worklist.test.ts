import { expect } from 'chai';
import { many, write } from '../../src/platform/db.ts';
import { addFindings } from '../../src/verification/verification.sql.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

describe('the worklist, on the web', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);

  it('has everybody who waits on one of its pages, and nobody on two', async () => {
    await walkTown(test(), { until: 'intake', recipients: 60 });
    const rows = await many<{ id: bigint }>(
      test().db,
      'select recipient_id as id from recipient order by 1',
    );
    await write(test().db, (tx) =>
      addFindings(tx, {
        period: TOWN_PERIOD,
        at: web().now(),
        findings: rows.map(({ id }) => ({
          ...{ recipientId: String(id), code: 'POP_NAME_DOUBTFUL', subject: 'recipient' },
          ...{ severity: 'review', listed: 'Trần Thị Lài', answered: 'Trần Thị Lái' },
        })),
      }),
    );
    const maker = await visiting(test(), web(), { personId: 'reads', roles: ['maker'] });
    const seen: string[] = [];
    let pages = 0;
    let next: string | undefined = '/worklist';
    while (next !== undefined && pages < 10) {
      const { status, text } = await maker.get(next);
      expect(status).to.equal(200);
      seen.push(
        ...[...text.matchAll(/href="\/worklist\/[\d-]+\/(\d+)"/g)].map(([, id]) => id ?? ''),
      );
      const [, to] = /href="(\?[^"]+)" rel="next"/.exec(text.replaceAll('&amp;', '&')) ?? [];
      next = to === undefined ? undefined : `/worklist${to}`;
      pages += 1;
    }
    expect(pages).to.equal(Math.ceil(rows.length / 50));
    expect(seen).to.deep.equal(rows.map(({ id }) => String(id)));
    expect((await maker.get('/worklist?after=block~x')).status).to.equal(400);
  });
});

describe('doubts about papers, several at once', () => {
  const test = useDatabase();
  const web = useWeb(test);
  const PROBLEM = { Accept: 'application/problem+json' };
  const ABOUT = { period: TOWN_PERIOD, finding: 'BANK_NAME_TRUNCATED', commune: '' };
  const GROUNDS = { document: '12/BB-UBND', note: 'ngân hàng cắt tên, đúng số định danh' };
  const LIST = `/worklist/together?period=${TOWN_PERIOD}&finding=BANK_NAME_TRUNCATED`;
  let maker: Browser;
  let checker: Browser;
  let ids: string[];

  before(async () => {
    await walkTown(test(), { until: 'verification', recipients: 120 });
    // Five names that a bank cut off, and one of them where it has not confirmed the number; a name that is only close.
    const rows = await many<{ id: bigint }>(
      test().owner,
      `with somebody as (
         select c.recipient_id, row_number() over (order by c.recipient_id) as nth
           from payment_channel c
          where c.kind = 'account' and c.ended_on is null
            and not exists (select from finding f where f.recipient_id = c.recipient_id)
       ),
       doubt as (
         select recipient_id, nth,
                case when nth = 6 then 'BANK_NAME_DOUBTFUL' else 'BANK_NAME_TRUNCATED' end as code
           from somebody where nth <= 6
       ),
       answered as (
         insert into verification
         select v.recipient_id, v.period, v.subject, v.check_no + 1, 'doubtful', d.code,
                case when nth = 5 then 'not-possible' else 'match' end, 'close',
                v.bank_bin, v.account_number, v.checked_at, v.answer_hash
           from doubt d join verification v on v.recipient_id = d.recipient_id and v.subject = 'account'
       )
       insert into finding (recipient_id, period, code, subject, severity, found_at, told)
       select recipient_id, :period, code, 'account', 'review', '2026-10-22T02:00:00Z',
              '{"listed": "NGUYEN THI BICH HANG", "answered": "NGUYEN THI BICH"}'
         from doubt
       returning recipient_id as id`,
      { period: TOWN_PERIOD },
    );
    ids = rows.map(({ id }) => String(id)).sort((a, b) => Number(a) - Number(b));
    maker = await visiting(test(), web(), { personId: 'puts', roles: ['maker'] });
    checker = await visiting(test(), web(), { personId: 'says', roles: ['checker'] });
  });

  const boxes = async (browser: Browser): Promise<string[]> => {
    const { status, text } = await browser.get(LIST);
    expect(status).to.equal(200);
    return [...text.matchAll(/name="which" value="([^"]+)"/g)].map(([, value]) => value ?? '');
  };
  /** What came of it: the refusal, or null. */
  const sent = async (
    browser: Browser,
    what: 'propose' | 'decide',
    form: Readonly<Record<string, string>>,
    which: readonly string[],
  ): Promise<string | null> => {
    const pairs = [...Object.entries(form), ...which.map((one) => ['which', one] as const)];
    const answer = await browser.post(`/worklist/together/${what}`, pairs, PROBLEM);
    const [, refusal] = /"type":"urn:an-sinh:refusal:([a-z-]+)"/.exec(answer.text) ?? [];
    return refusal ?? (answer.status === 303 ? null : String(answer.status));
  };
  const propose = (which: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    sent(maker, 'propose', { ...ABOUT, ...GROUNDS, ...more }, which);
  const decide = (
    which: readonly string[],
    { by = checker, ...more }: { by?: Browser; decision?: string; reason?: string } = {},
  ) => sent(by, 'decide', { ...ABOUT, decision: 'confirmed', reason: '', ...more }, which);
  const count = async (table: string): Promise<bigint> => {
    const [row] = await many<{ count: bigint }>(test().db, `select count(*) from ${table}`);
    return row?.count ?? 0n;
  };

  it('are proposed with a document, all that were ticked or none, and no other kind', async () => {
    const open = ids.slice(0, 4).map((id) => `${id}~account`);
    expect(await boxes(maker)).to.deep.equal(open);
    expect(await boxes(checker)).to.deep.equal([]);
    expect(await propose([])).to.equal('form-malformed');
    expect(await propose(open, { finding: 'BANK_NAME_DOUBTFUL' })).to.equal('form-malformed');
    // The bank has not said that the number is this one.
    expect(await propose([...open, `${ids[4] ?? ''}~account`])).to.equal('finding-not-open');
    expect(await propose([...open, `${ids[5] ?? ''}~account`])).to.equal('finding-not-open');
    const elsewhere = await visiting(test(), web(), {
      personId: 'far',
      roles: ['maker'],
      unitCode: '38',
    });
    await elsewhere.get('/');
    const far = await sent(elsewhere, 'propose', { ...ABOUT, ...GROUNDS }, open);
    expect(far).to.equal('person-not-entitled');
    expect(await count('finding_proposal')).to.equal(0n);
    expect(await propose(open)).to.equal(null);
    expect(await count('finding_proposal')).to.equal(4n);
    // The button pressed again, or found again by going back.
    expect(await propose(open)).to.equal('finding-not-open');
  });

  it('are decided by another person, row by row as ticked, and no row that changed meanwhile', async () => {
    const waits = ids.slice(0, 4).map((id) => `${id}~1`);
    expect(await boxes(checker)).to.deep.equal(waits);
    expect(await boxes(maker)).to.deep.equal([]);
    expect(await decide(waits, { by: maker })).to.equal('permission-missing');
    expect(await decide(waits, { decision: 'declined' })).to.equal('reason-missing');
    await many(
      test().owner,
      `insert into person_role values ('puts', 'checker', 'VN', null, 'house', now())`,
    );
    expect(await boxes(maker)).to.deep.equal([]);
    expect(await decide(waits, { by: maker })).to.equal('proposer-may-not-decide');
    await many(
      test().owner,
      `delete from person_role where person_id = 'puts' and role = 'checker'`,
    );
    await many(
      test().owner,
      `update finding set told = '{"listed": "NGUYEN THI BICH HANG", "answered": "NGUYEN"}'
        where recipient_id = :id and code = 'BANK_NAME_TRUNCATED'`,
      { id: ids[3] ?? '' },
    );
    expect(await decide(waits)).to.equal('proposal-not-open');
    expect(await count('finding_decision')).to.equal(0n);
    expect(await boxes(checker)).to.deep.equal(waits.slice(0, 3));
    expect(await decide(waits.slice(0, 2))).to.equal(null);
    expect(
      await decide(waits.slice(2, 3), { decision: 'declined', reason: 'thiếu giấy' }),
    ).to.equal(null);
    const said = await many<{ id: bigint; decision: string }>(
      test().db,
      'select recipient_id as id, decision from finding_decision order by 1',
    );
    expect(said.map(({ id, decision }) => `${id} ${decision}`)).to.deep.equal([
      `${ids[0] ?? ''} confirmed`,
      `${ids[1] ?? ''} confirmed`,
      `${ids[2] ?? ''} declined`,
    ]);
    // What was declined waits again; what was accepted does not.
    expect(await boxes(maker)).to.deep.equal([`${ids[2] ?? ''}~account`]);
  });
});
