import * as oidc from 'openid-client';
import type { IdentityProvider, OutsideIdentity } from '../../src/access/identity-provider.port.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

export interface Registration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The acr that is asked for and without which nobody is let in. */
  readonly level: string;
  /** The claim that holds a citizen number; null where the provider states none. */
  readonly numberClaim: string | null;
}

/**
 * An OpenID Connect provider by the authorization code flow with PKCE (S256), state and nonce. What it
 * says of itself is read when it is first needed, so that the web starts without it. Plain HTTP is
 * taken of this machine alone.
 */
export function oidcProvider({
  issuer,
  clientId,
  clientSecret,
  level,
  numberClaim,
}: Registration): IdentityProvider {
  let known: Promise<oidc.Configuration> | undefined;
  const configuration = (): Promise<oidc.Configuration> => {
    known ??= oidc
      .discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- so marked to stand out; this machine only
        execute: isLoopback(issuer) ? [oidc.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        known = undefined;
        throw new Refusal('outside-sign-in-refused', { why: reasonOf(error) });
      });
    return known;
  };

  return {
    level,
    statesNumbers: numberClaim !== null,
    async begin(back, { citizenNumber }) {
      const verifier = oidc.randomPKCECodeVerifier();
      const journey = { verifier, state: oidc.randomState(), nonce: oidc.randomNonce() };
      const address = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: back,
        scope: 'openid',
        state: journey.state,
        nonce: journey.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        acr_values: level,
        // Whoever sat at this PC before must not be signed in by a session that they left there.
        prompt: 'login',
        // Asked for by name (OpenID Connect Core 5.5) and only for a recipient: of staff it is not needed.
        ...(citizenNumber && numberClaim !== null
          ? { claims: JSON.stringify({ id_token: { [numberClaim]: { essential: true } } }) }
          : {}),
      });
      return { address: address.href, journey };
    },

    async finish(address, { verifier, state, nonce }) {
      const settings = await configuration();
      const tokens = await oidc
        .authorizationCodeGrant(settings, address, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          throw new Refusal('outside-sign-in-refused', { why: reasonOf(error) });
        });
      return identityOf(tokens.claims(), numberClaim);
    },
  };
}

/** Whom the claims of an identity token name. */
function identityOf(claims: oidc.IDToken | undefined, numberClaim: string | null): OutsideIdentity {
  if (claims === undefined) throw new Refusal('outside-sign-in-refused', { why: 'no-claims' });
  const { iss, sub, acr } = claims;
  const number = numberClaim === null ? undefined : claims[numberClaim];
  return {
    issuer: iss,
    subject: sub,
    level: typeof acr === 'string' ? acr : null,
    citizenNumber: typeof number === 'string' && /^\d{12}$/.test(number) ? number : null,
  };
}

/** The code of an error and not its words, which may quote what was sent. */
function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{1,60}$/i.test(code) ? code : 'unknown';
}

function isLoopback(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && hostname === '127.0.0.1';
}
