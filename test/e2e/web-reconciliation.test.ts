import { expect } from 'chai';
import { SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { many } from '../../src/platform/db.ts';
import { ERRED_AT, erringBank } from '../support/erring-bank.ts';
import { useDatabase } from '../support/database.ts';
import { TOWN_PERIOD, walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

/** The text of a page without its marks, blanks as one. */
function seen(text: string): string {
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('the pages of reconciliation, over a bank that errs in every way', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  const { maker } = SANDBOX_PERSONS;
  const [checker, second] = SANDBOX_PERSONS.checkers;
  let ofMaker: Browser;
  let ofChecker: Browser;

  before(async () => {
    await walkTown(test(), { until: 'released', recipients: 40 });
    await erringBank(test());
    const minutes = (new Date(ERRED_AT).getTime() - web().now().getTime()) / 60_000;
    web().later({ minutes });
    ofMaker = await visiting(test(), web(), { personId: maker });
    ofChecker = await visiting(test(), web(), { personId: checker });
  });

  const breakNo = async (kind: string): Promise<bigint> => {
    const rows = await many<{ id: bigint }>(
      test().db,
      'select min(break_id) as id from reconciliation_break where kind = :kind',
      { kind },
    );
    return rows[0]?.id ?? 0n;
  };

  it('lists what is open with who and until when, and keeps the filter in the address', async () => {
    const all = await ofMaker.get('/reconciliation/breaks');
    expect(all.text.match(/href="\/reconciliation\/breaks\/\d+"/g)).to.have.length(8);
    expect(seen(all.text)).to.include('Ghi nợ hai lần').and.include('còn');
    const kind = await ofMaker.get('/reconciliation/breaks?kind=settled-twice&owner=nobody');
    expect(kind.text.match(/href="\/reconciliation\/breaks\/\d+"/g)).to.have.length(1);
    const done = await ofMaker.get('/reconciliation/breaks?state=resolved');
    expect(seen(done.text)).to.include('Không có chênh lệch nào');
    const numbers = [...all.text.matchAll(/href="\/reconciliation\/breaks\/(\d+)"/g)];
    const [fifth] = await many<{ place: string }>(
      test().db,
      `select severity || '~' || coalesce(decide_by::text, '') || '~' || break_id as place
         from reconciliation_break where break_id = :id`,
      { id: numbers[4]?.[1] ?? '' },
    );
    const later = await ofMaker.get(`/reconciliation/breaks?after=${fifth?.place ?? ''}`);
    expect(
      [...later.text.matchAll(/href="\/reconciliation\/breaks\/(\d+)"/g)].map(([, id]) => id),
    ).to.deep.equal(numbers.slice(5).map(([, id]) => id));
    expect((await ofMaker.get('/reconciliation/breaks?after=901')).status).to.equal(400);
    const overview = await ofMaker.get('/reconciliation');
    expect(seen(overview.text)).to.include('Chênh lệch đang mở, theo tuổi');
  });

  it('shows nothing of it to who works elsewhere', async () => {
    const elsewhere = await visiting(test(), web(), {
      personId: 'elsewhere',
      roles: ['checker'],
      unitCode: '38',
    });
    const list = await elsewhere.get('/reconciliation/breaks');
    // What belongs to no batch is nobody's, and stays.
    expect(list.text.match(/href="\/reconciliation\/breaks\/\d+"/g)).to.have.length(2);
    const one = await breakNo('settled-twice');
    const page = await elsewhere.get(`/reconciliation/breaks/${one}`);
    expect(page.status).to.equal(409);
    const decided = await elsewhere.post(`/reconciliation/breaks/${one}/decide`, {
      proposalNo: '1',
      decision: 'confirmed',
      reason: '',
    });
    expect(decided.status).to.equal(409);
    const totals = await elsewhere.get('/reconciliation/totals?by=bank');
    expect(seen(totals.text)).to.include('Không có dòng nào');
  });

  it('is resolved by two: one proposes what the books allow, another confirms', async () => {
    const no = await breakNo('settled-twice');
    const at = `/reconciliation/breaks/${no}`;
    await ofMaker.post(`${at}/assign`, { owner: maker, note: '' });
    const page = await ofMaker.get(at);
    expect(seen(page.text))
      .to.include('Ngân hàng phải hoàn lại:')
      .and.not.include('Tiền của đơn vị');
    const proposal = { reason: 'Biên bản', document: '12/BB', settles: '' };
    const wrong = await ofMaker.post(`${at}/propose`, { ...proposal, end: '+others-money' });
    expect(wrong.status).to.equal(422);
    const sent = await ofMaker.post(`${at}/propose`, { ...proposal, end: '+bank-owes' });
    expect([sent.status, sent.to]).to.deep.equal([303, at]);
    // Who proposed is shown no button, and is refused without one.
    expect((await ofMaker.get(at)).text).not.to.include('value="confirmed"');
    const decision = { proposalNo: '1', decision: 'confirmed', reason: '' };
    expect((await ofMaker.post(`${at}/decide`, decision)).status).to.equal(403);
    const shown = await ofChecker.get(at);
    expect(shown.text).to.include('value="confirmed"');
    expect((await ofChecker.post(`${at}/decide`, decision)).status).to.equal(303);
    // Pressed again, it is decided already.
    expect((await ofChecker.post(`${at}/decide`, decision)).status).to.equal(409);
    const done = seen((await ofMaker.get(at)).text);
    expect(done).to.include('Đã giải quyết').and.include('Đồng ý đề nghị số').and.include(checker);
  });

  it('asks for a code of now before a decision', async () => {
    const stale = await visiting(test(), web(), { personId: second });
    web().later({ minutes: 6 });
    const no = await breakNo('sum-differs');
    const answer = await stale.post(
      `/reconciliation/breaks/${no}/decide`,
      { proposalNo: '1', decision: 'declined', reason: 'x' },
      { Accept: 'application/problem+json' },
    );
    expect(answer.text).to.include('step-up-needed');
  });

  it('leads from a total to the lines that come to it', async () => {
    const totals = await ofMaker.get(`/reconciliation/totals?period=${TOWN_PERIOD}&by=programme`);
    const link = /href="(\/reconciliation\/lines\?[^"]*fate=booked[^"]*)">([\d.]+)</.exec(
      totals.text.replaceAll('&amp;', '&'),
    );
    const [, to = '', figure = ''] = link ?? [];
    const lines = await ofMaker.get(to);
    // A page of fifty holds the whole town.
    const sum = /cộng lại ([\d.]+) đ/.exec(lines.text)?.[1] ?? '';
    expect(figure).not.to.equal('');
    expect(sum).to.equal(figure);
  });

  it('names what keeps a month open', async () => {
    const page = seen((await ofChecker.get('/reconciliation/closing')).text);
    expect(page)
      .to.include('Chưa khóa được')
      .and.match(/\d+ chênh lệch chưa giao người/);
    expect(page).to.include('chưa đối soát xong');
  });
});
