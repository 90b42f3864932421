import { expect } from 'chai';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

describe('a recipient’s own page', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let officer: Browser;
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
    officer = await visiting(test(), web(), { personId: 'officer', roles: ['maker'] });
  });

  /** A slip, as it is handed over. */
  async function slip(): Promise<string> {
    officer = await visiting(test(), web(), { personId: 'officer' });
    await officer.get(`/recipients/${recipientId}`);
    const page = await officer.post(`/recipients/${recipientId}/own-code`, {});
    expect(page.status).to.equal(200);
    return /<code class="given">([a-z0-9-]{19})<\/code>/.exec(page.text)?.[1] ?? '';
  }

  async function open(code: string, last = digits): Promise<{ browser: Browser; status: number }> {
    const browser = web().browser();
    await browser.get(`/my?code=${code}`);
    const answer = await browser.post('/my', { code, digits: last });
    if (answer.status === 303) expect(answer.to).to.equal('/my/payments');
    return { browser, status: answer.status };
  }

  it('opens with the code of a slip and the end of the number: what was paid, why, and who looked', async () => {
    const code = await slip();
    const { browser } = await open(code);
    const page = await browser.get('/my/payments');
    expect(page.status).to.equal(200);
    const paid = await many<{ vnd: string; reference: string }>(
      test().db,
      `select to_char(amount_vnd, 'FM999G999G999') as vnd, end_to_end_id as reference
         from payment_instruction where recipient_id = :recipientId`,
      { recipientId },
    );
    for (const { vnd, reference } of paid) {
      expect(page.text).to.contain(vnd.replaceAll(',', '.')).and.contain(reference);
    }
    expect(page.text).to.contain('Vì sao được số tiền này').and.contain('Nghị định');
    // The officer opened the file and gave the slip; the recipient opened the page.
    expect(page.text).to.contain('officer').and.contain('Cấp phiếu xem');
    expect(page.text).to.contain('Ông, bà (hoặc người giữ phiếu)');
  });

  it('shows nothing of anybody else, and no number whole (ASVS 8.2.2, 8.2.3, 14.2.6)', async () => {
    const { browser } = await open(await slip());
    const { text } = await browser.get('/my/payments');
    const others = await many<{ told: string }>(
      test().db,
      `select end_to_end_id as told from payment_instruction where recipient_id <> :recipientId
        union all
       select full_name from recipient where recipient_id <> :recipientId
          and full_name <> (select full_name from recipient where recipient_id = :recipientId)
        union all
       select key from recipient_key
        union all
       select account_number from payment_instruction where account_number <> ''`,
      { recipientId },
    );
    expect(others.length).to.be.greaterThan(30);
    expect(others.filter(({ told }) => text.includes(told))).to.deep.equal([]);
    // What it opens is this one page: nothing of staff, and no address names a recipient.
    for (const path of ['/', '/recipients', `/recipients/${recipientId}`, '/account']) {
      expect((await browser.get(path)).status, path).to.equal(401);
    }
    expect((await browser.get('/my/payments?recipient=6')).status).to.equal(400);
  });

  it('is nobody’s without it: not of staff, not of who guesses a token', async () => {
    expect((await officer.get('/my/payments')).status).to.equal(401);
    const guesses = web().browser();
    guesses.cookies.set('__Host-own', 'A'.repeat(43));
    expect((await guesses.get('/my/payments')).status).to.equal(401);
  });

  it('takes a code once, for three days, and the newest alone; looking at the door uses nothing', async () => {
    const first = await slip();
    const second = await slip();
    expect((await open(first)).status).to.equal(401);
    for (let i = 0; i < 3; i += 1) await web().browser().get(`/my?code=${second}`);
    expect((await open(second.toUpperCase().replaceAll('-', ' '))).status).to.equal(303);
    expect((await open(second)).status).to.equal(401);
    const third = await slip();
    web().later({ minutes: 72 * 60 });
    expect((await open(third)).status).to.equal(401);
  });

  it('says the same whatever was wrong, and ends a code that is guessed at', async () => {
    const code = await slip();
    const wrong = digits === '0000' ? '1111' : '0000';
    const told = async (form: Record<string, string>): Promise<string> => {
      const { status, text } = await web().browser().post('/my', form);
      return `${status} ${/<p role="alert">([^<]*)/.exec(text)?.[1] ?? ''}`;
    };
    const no = await told({ code: 'aaaa-bbbb-cccc-dddd', digits });
    expect(no).to.match(/^401 Mã hoặc 4 số cuối không đúng/);
    for (let i = 0; i < 5; i += 1) expect(await told({ code, digits: wrong })).to.equal(no);
    expect(await told({ code, digits })).to.equal(no);
    // Whoever has no code at all is slowed down.
    web().later({ minutes: 16 });
    const statuses = new Set<string>();
    for (let i = 0; i < 32; i += 1) {
      statuses.add((await told({ code: `aaaa-bbbb-cccc-d${100 + i}`, digits })).slice(0, 3));
    }
    expect([...statuses]).to.deep.equal(['401', '429']);
    web().later({ minutes: 16 });
  });

  it('closes by itself, and at once when it is closed', async () => {
    const left = await open(await slip());
    web().later({ minutes: 19 });
    expect((await left.browser.get('/my/payments')).status).to.equal(200);
    web().later({ minutes: 1 });
    expect((await left.browser.get('/my/payments')).status).to.equal(401);

    const closed = await open(await slip());
    const token = closed.browser.cookies.get('__Host-own') ?? '';
    await closed.browser.get('/my/payments');
    const answer = await closed.browser.post('/my/close', {});
    expect([answer.status, answer.to]).to.deep.equal([303, '/my']);
    const kept = web().browser();
    kept.cookies.set('__Host-own', token);
    expect((await kept.get('/my/payments')).status).to.equal(401);
  });

  it('keeps neither code nor token, and gives slips to recipients of the unit alone', async () => {
    const code = await slip();
    const { browser } = await open(code);
    const bare = code.replaceAll('-', '');
    const token = browser.cookies.get('__Host-own') ?? '';
    const kept = await many<{ row: string }>(
      test().owner,
      `select to_jsonb(c)::text as row from own_code c union all
       select to_jsonb(s)::text from own_session s union all
       select to_jsonb(e)::text from audit_event e where subject = :subject`,
      { subject: `recipient/${recipientId}` },
    );
    expect(kept.length).to.be.greaterThan(5);
    for (const secret of [code, bare, token]) {
      expect(kept.filter(({ row }) => row.includes(secret))).to.deep.equal([]);
    }
    const elsewhere = await visiting(test(), web(), {
      personId: 'elsewhere',
      roles: ['maker'],
      unitCode: '38',
    });
    expect((await elsewhere.post(`/recipients/${recipientId}/own-code`, {})).status).to.equal(404);
    // A code given within five minutes stands behind a slip.
    web().later({ minutes: 6 });
    const late = await officer.post(`/recipients/${recipientId}/own-code`, {});
    expect(late.text).to.contain('name="code"');
    expect(late.status).to.equal(403);
  });
});
