import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

// An OpenID Connect provider as a process of its own. Whoever comes to sign in says in the address who
// they are and how surely (?as=…&acr=…); it prints its issuer on one line and ends with its input.

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'an-sinh',
        client_secret: 'a secret of the test and of nothing else',
        // A client of this machine may come back at any port (RFC 8252, 7.3).
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/sign-in/outside/back'],
      },
    ],
    acrValues: ['1', '2'],
    cookies: { keys: ['of the test'] },
    features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
    claims: { openid: ['sub'], acr: null, citizen: ['citizen_number'] },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, citizen_number: id }) }),
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) {
      await next();
      return;
    }
    const accountId = String(ctx.query.as);
    const grant = new provider.Grant({ accountId, clientId: 'an-sinh' });
    grant.addOIDCScope('openid');
    grant.addOIDCClaims(['citizen_number']);
    const result = {
      login: { accountId, acr: String(ctx.query.acr) },
      consent: { grantId: await grant.save() },
    };
    await provider.interactionFinished(ctx.req, ctx.res, result, {
      mergeWithLastSubmission: false,
    });
    ctx.respond = false;
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    void answer(request, response);
  });
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
