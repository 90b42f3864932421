import { expect } from 'chai';
import { startHealthServer, type Health } from '../../src/platform/health-server.ts';

describe('the health of a service', () => {
  const sound: Health = {
    ready: () => Promise.resolve([]),
    metrics: () => Promise.resolve('an_sinh_x 1\n'),
  };
  /** Status and body of a path, of a server that is stopped again. */
  const asked = async (path: string, health: Partial<Health> = {}): Promise<[number, string]> => {
    const server = await startHealthServer('127.0.0.1:0', { ...sound, ...health });
    try {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
      return [answer.status, await answer.text()];
    } finally {
      await server.stop();
    }
  };
  const silent = { ready: () => Promise.reject(new Error('password in here')) };

  it('is told while it lives, whatever the database says', async () => {
    expect(await asked('/health', silent)).to.deep.equal([200, '{"alive":true}']);
  });

  it('is ready when nothing is wrong, and says as codes what is', async () => {
    expect(await asked('/ready')).to.deep.equal([200, '{"ready":true,"wrong":[]}']);
    expect(await asked('/ready', { ready: () => Promise.resolve(['sweep-late']) })).to.deep.equal([
      503,
      '{"ready":false,"wrong":["sweep-late"]}',
    ]);
    const [status, body] = await asked('/ready', silent);
    expect([status, body]).to.deep.equal([503, '{"ready":false,"wrong":["database-silent"]}']);
  });

  it('has figures, and none that are made up when the database is silent', async () => {
    expect(await asked('/metrics')).to.deep.equal([200, 'an_sinh_x 1\n']);
    const [status] = await asked('/metrics', { metrics: () => Promise.reject(new Error('x')) });
    expect(status).to.equal(503);
    expect((await asked('/elsewhere'))[0]).to.equal(404);
  });
});
