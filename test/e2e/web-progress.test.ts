import { expect } from 'chai';
import { many } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

describe('the progress of running work', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);

  /** Listens as a browser does, and reads events one by one. */
  async function listen(
    browser: Browser,
  ): Promise<{ response: Response; next(): Promise<string>; leave(): Promise<void> }> {
    const kept = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const leaving = new AbortController();
    const response = await fetch(`${web().origin}/today/progress`, {
      headers: { Cookie: kept, 'Accept-Encoding': 'gzip' },
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    let text = '';
    return {
      response,
      /** The next event, or '' at the end of the stream; a sign of life is passed over. */
      async next() {
        for (;;) {
          const at = text.indexOf('\n\n');
          if (at >= 0) {
            const event = text.slice(0, at);
            text = text.slice(at + 2);
            if (!event.startsWith(':')) return event;
            continue;
          }
          const part = await reader?.read();
          if (part === undefined || part.done) return '';
          text += new TextDecoder().decode(part.value);
        }
      },
      leave: () => {
        leaving.abort();
        return Promise.resolve();
      },
    };
  }

  const runs = (done: number): Promise<unknown> =>
    many(
      test().owner,
      `with unit as (
         insert into job_unit (job, programme, province_code, period, occasion, state, came_from,
                               priority, due_at, attempts_limit, done_count, total_count, fence,
                               lease_owner, lease_until, created_at)
         values ('entitlement', 'all', '40', '2026-11', '', 'running', 'due', 1, now(), 5, :done,
                 50000, 1, 'a process', now() + interval '1 hour', now())
         on conflict on constraint one_unit_an_occasion do update set done_count = :done
         returning unit_id
       )
       select pg_notify('job_progress', unit_id::text) from unit`,
      { done },
    );

  it('is told as it gets on, in figures and in the language of who looks, packed by nobody', async () => {
    const clerk = await visiting(test(), web(), { personId: 'clerk', roles: ['maker'] });
    const news = await listen(clerk);
    expect(news.response.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8');
    expect(news.response.headers.get('content-encoding')).to.equal(null);
    expect(await news.next()).to.equal('event: running\ndata: []');
    await runs(12_000);
    expect(await news.next()).to.equal(
      'event: running\ndata: [{"job":"Xét mức hưởng của tháng","told":"12.000/50.000",' +
        '"done":"12000","total":"50000"}]',
    );
    const page = await clerk.get('/');
    expect(page.text).to.contain('12.000/50.000').and.contain('<progress');
    await runs(13_000);
    expect(await news.next()).to.contain('13.000/50.000');
    await news.leave();
  });

  it('ends with the session, at once when it is ended, and does not keep it alive', async () => {
    const clerk = await visiting(test(), web(), { personId: 'clerk' });
    const news = await listen(clerk);
    expect(await news.next()).to.contain('event: running');
    await clerk.get('/account');
    await clerk.post('/sign-out', {});
    await runs(14_000);
    expect(await news.next()).to.equal('');

    const idle = await visiting(test(), web(), { personId: 'clerk' });
    const listening = await listen(idle);
    await listening.next();
    web().later({ minutes: 10 });
    await runs(15_000);
    expect(await listening.next()).to.contain('15.000');
    web().later({ minutes: 6 });
    await runs(16_000);
    expect(await listening.next()).to.equal('');
    expect((await idle.get('/account')).status).to.equal(401);
  });

  it('is for staff: who has not signed in, and who has one factor, hears nothing', async () => {
    expect((await web().browser().get('/today/progress')).status).to.equal(401);
    const half = await visiting(test(), web(), {
      personId: 'half',
      roles: ['maker'],
      factors: 1,
    });
    expect((await half.get('/today/progress')).status).to.equal(403);
  });
});
