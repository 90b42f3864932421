import { request } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import { newToken } from '../../src/access/sign-in.flow.ts';
import { many } from '../../src/platform/db.ts';
import { codeAt } from '../../src/platform/one-time-code.ts';
import type { Log } from '../../src/platform/log.ts';
import { paths } from '../../src/web/paths.ts';
import { allRoutes } from '../../src/web/routes.ts';
import { useDatabase } from '../support/database.ts';
import { enrolled, signedInBrowser, useWeb, visiting } from '../support/web.ts';

// Requirements of OWASP ASVS 5.0 about pages and sessions that no other test asks for. Each name carries
// its numbers; docs/asvs.md lists them all, and a test holds the two together.

const HOSTILE = [`'`, `'; select pg_sleep(9); --`, '\\', '<script>alert(1)</script>'];

describe('what the standard asks of pages and sessions', () => {
  const test = useDatabase({ checked: false });
  const lines: string[] = [];
  const keep = (message: string, facts: object = {}): void => {
    lines.push(JSON.stringify({ message, ...facts }));
  };
  const log: Log = { info: keep, error: keep };
  const web = useWeb(test, { log });

  /** Asks in a way that fetch refuses to. */
  function ask(method: string, path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(web().origin + path, { method }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.once('error', reject).end();
    });
  }

  /** Sends bytes as they are and returns the status lines that come back until the line is closed. */
  function raw(bytes: string): Promise<string[]> {
    return new Promise((resolve) => {
      const { port, hostname } = new URL(web().origin);
      const socket = connect(Number(port), hostname, () => socket.end(bytes));
      let text = '';
      socket.on('data', (part) => (text += part.toString('latin1')));
      socket.on('close', () => {
        resolve(text.match(/^HTTP\/1\.1 \d{3}/gm) ?? []);
      });
      socket.on('error', () => undefined);
    });
  }

  it('encodes whatever somebody is called before it is on a page (ASVS 1.2.1, 3.2.2)', async () => {
    const browser = await visiting(test(), web(), { personId: 'called', roles: ['maker'] });
    const name = `<img src=x onerror=alert(1)>"'&</title>`;
    await many(test().owner, `update person set full_name = :name where person_id = 'called'`, {
      name,
    });
    for (const path of ['/account', '/', '/lists']) {
      const { text } = await browser.get(path);
      expect(text, path).not.to.contain('<img src=x').and.not.contain('</title>"');
      expect(text, path).to.contain('&lt;img src=x onerror=alert(1)');
    }
  });

  it('takes nothing in an address for a statement: no quote breaks a page (ASVS 1.2.4)', async () => {
    const browser = await visiting(test(), web(), {
      personId: 'quotes',
      roles: ['maker', 'checker', 'auditor', 'rate_officer', 'bank_integrator'],
    });
    const pages = allRoutes(web().web).filter(
      ({ method, path, guard }) =>
        method === 'get' && guard.kind === 'permission' && path !== paths.progress,
    );
    let asked = 0;
    for (const { path, query } of pages) {
      const names = [...Object.keys(query), ...(path.includes(':') ? [''] : [])];
      for (const name of names) {
        for (const hostile of HOSTILE) {
          const said = encodeURIComponent(hostile);
          const at = path.replace(/:[A-Za-z]+/g, name === '' ? said : '1');
          const { status } = await browser.get(name === '' ? at : `${at}?${name}=${said}`);
          expect(status, `${at} ${name} ${hostile}`).to.be.lessThan(500);
          asked += 1;
        }
      }
    }
    expect(asked).to.be.greaterThan(100);
  });

  it('answers on every address to the methods it has and to no other (ASVS 4.1.4, 13.4.3)', async () => {
    const addresses = new Set(allRoutes(web().web).map(({ path }) => path));
    for (const path of addresses) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
        const at = path.replace(/:[A-Za-z]+/g, '1');
        expect(await ask(method, at), `${method} ${at}`).to.equal(405);
      }
    }
  });

  it('reads one request where a line hides another (ASVS 4.2.1)', async () => {
    const head = 'POST /sign-in HTTP/1.1\r\nHost: x\r\n';
    const hidden = 'GET /preferences?lang=en HTTP/1.1\r\nHost: x\r\n\r\n';
    const sets = [
      `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${head}Content-Length: 0\r\nContent-Length: 9\r\n\r\n${hidden}`,
      `${head}Content-Length: +5\r\n\r\n${hidden}`,
    ];
    for (const bytes of sets) {
      expect(await raw(bytes), bytes).to.deep.equal(['HTTP/1.1 400']);
    }
  });

  it('serves no file that is not meant to be served (ASVS 13.4.1, 13.4.2, 13.4.4, 13.4.5)', async () => {
    for (const path of [
      '/.git/HEAD',
      '/.git/config',
      '/.env',
      '/package.json',
      '/assets',
      '/assets/',
      '/assets/..%2fserver.ts',
      '/assets/%2e%2e/server.ts',
      '/src/main.ts',
      '/server-status',
      '/debug',
      '/swagger',
      '/docs',
      '/backup.zip',
    ]) {
      expect(await ask('GET', path), path).to.equal(404);
    }
  });

  it('takes long passwords whole and exactly as they are typed (ASVS 6.2.1, 6.2.4, 6.2.8, 6.2.9)', async () => {
    const person = await enrolled(test(), web(), { personId: 'long', roles: ['maker'] });
    const signIn = async (password: string): Promise<number> => {
      web().later({ minutes: 16 });
      const code = codeAt(person.secret, web().now());
      const form = { person: 'long', password, code, to: '/' };
      return (await web().browser().post('/sign-in', form)).status;
    };
    let current = person.password;
    for (const next of [
      'Mùa xuân năm ấy tôi về làng cũ, qua bến sông Lam, thấy hàng tre xanh và con đò nhỏ chờ khách; ' +
        'mẹ già ngồi bên bếp lửa hồng kể chuyện ngày xưa, ngoài sân gió thổi, trăng lên, sáo diều vọng.',
      `7Ω§ Cầu Bến Thủy—đêm 30! "quotes" <b>&\\ tab|pipe~ 你好 ñ ß æ, 64 letters`,
      'áo dài tím hoài thương'.normalize('NFC'),
    ]) {
      web().later({ minutes: 16 });
      const browser = await signedInBrowser(web(), { ...person, password: current });
      await browser.get('/account');
      const changed = await browser.post('/account/password', { current, next });
      expect(changed.status, changed.text).to.equal(303);
      expect(await signIn(next.slice(0, -1))).to.equal(401);
      expect(await signIn(`${next} `)).to.equal(401);
      expect(await signIn(next.toUpperCase())).to.equal(401);
      expect(await signIn(next)).to.equal(303);
      current = next;
    }
  });

  it('slows guessing down and locks nobody out who has the code (ASVS 6.1.1, 6.3.1)', async () => {
    const person = await enrolled(test(), web(), { personId: 'guessed-at', roles: ['maker'] });
    for (let i = 0; i < 14; i += 1) {
      const form = { person: 'guessed-at', password: `guess ${i}`, code: '000000', to: '/' };
      expect((await web().browser().post('/sign-in', form)).status).to.equal(401);
    }
    const code = codeAt(person.secret, web().now());
    // Beyond the limit a password is looked at only beside a right code.
    const wrong = { person: 'guessed-at', password: person.password, code: '', to: '/' };
    expect((await web().browser().post('/sign-in', wrong)).status).to.equal(401);
    const right = { ...wrong, code };
    expect((await web().browser().post('/sign-in', right)).status).to.equal(303);
    web().later({ minutes: 16 });
  });

  it('takes the code of this half minute and of no other (ASVS 6.5.5)', async () => {
    const person = await enrolled(test(), web(), { personId: 'late-code', roles: ['maker'] });
    web().later({ seconds: 90 });
    for (const seconds of [-60, -30, 30]) {
      const at = new Date(web().now().getTime() + seconds * 1000);
      const form = {
        person: 'late-code',
        password: person.password,
        code: codeAt(person.secret, at),
      };
      const { status } = await web()
        .browser()
        .post('/sign-in', { ...form, to: '/' });
      expect(status, String(seconds)).to.equal(401);
    }
  });

  it('draws session tokens that nobody guesses and none twice (ASVS 7.2.1, 7.2.2, 7.2.3, 11.5.1)', () => {
    const drawn = Array.from({ length: 10_000 }, () => newToken().token);
    expect(new Set(drawn).size).to.equal(10_000);
    expect(drawn.every((token) => Buffer.from(token, 'base64url').length === 32)).to.equal(true);
    // Each bit of the 256 is set about half the time: four thousand and six are twenty deviations off.
    const ones = Array.from({ length: 256 }, () => 0);
    for (const token of drawn) {
      Buffer.from(token, 'base64url').forEach((byte, i) => {
        for (let bit = 0; bit < 8; bit += 1)
          ones[i * 8 + bit] = (ones[i * 8 + bit] ?? 0) + ((byte >> bit) & 1);
      });
    }
    expect(Math.min(...ones)).to.be.greaterThan(4_000);
    expect(Math.max(...ones)).to.be.lessThan(6_000);
  });

  it('writes who somebody is into no address (ASVS 14.2.1)', () => {
    const personal = /name|citizen|number|phone|birth|holder|password|secret/i;
    const said = allRoutes(web().web).flatMap(({ method, path, query }) => [
      ...(path.match(/:[A-Za-z]+/g) ?? []).filter((name) => name !== ':proposalNo'),
      ...(method === 'get' ? Object.keys(query) : []),
    ]);
    expect(said.length).to.be.greaterThan(30);
    expect(said.filter((name) => personal.test(name))).to.deep.equal([]);
  });

  it('records every sign-in and every refusal of one, with who and when (ASVS 16.2.1, 16.3.1)', async () => {
    const person = await enrolled(test(), web(), { personId: 'recorded', roles: ['maker'] });
    await signedInBrowser(web(), person);
    const wrong = { person: 'recorded', password: 'wrong', code: '', to: '/' };
    await web().browser().post('/sign-in', wrong);
    const events = await many<{ action: string; actor: string; at: Date }>(
      test().db,
      `select action, actor, occurred_at as at from audit_event
        where subject = 'person/recorded' order by event_no desc limit 2`,
    );
    expect(events.map(({ action, actor }) => [action, actor])).to.deep.equal([
      ['sign-in-refused', 'web'],
      ['signed-in', 'recorded'],
    ]);
    expect(events[0]?.at).to.deep.equal(web().now());
  });

  it('logs nothing that was typed, on one line each (ASVS 16.2.5, 16.4.1)', async () => {
    const canary = 'canary-7f3a';
    const before = lines.length;
    for (const form of [
      { person: `${canary}\r\nlevel: root`, password: canary, code: '', to: '/' },
      { person: 'recorded', password: canary, code: canary, to: `/${canary}` },
      { person: 'recorded', password: canary, [canary]: 'x' },
    ]) {
      await web().browser().post('/sign-in', form);
    }
    await web().browser().get(`/${canary}%0d%0alevel:root`);
    await web().browser().post('/my', { code: canary, digits: '1234' });
    const logged = lines.slice(before);
    expect(logged.length).to.be.greaterThan(3);
    expect(logged.filter((line) => line.includes(canary) || /[\r\n]/.test(line))).to.deep.equal([]);
  });
});
