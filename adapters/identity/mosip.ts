/**
 * Another national registry: ID authentication as MOSIP has it (IDA, demographic authentication). It
 * answers yes or no and tells nothing about the person, so a yes is about the very name and birth that
 * were asked, and a no does not say which of them is wrong.
 *
 * The request proper is encrypted (AES-256-GCM) under a key of its own, which is encrypted for the
 * registry (RSA-OAEP); its hash goes along, encrypted too, and the whole is signed (JWS, detached).
 */
import { Ajv } from 'ajv';
import {
  constants,
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  hash,
  publicEncrypt,
  randomBytes,
  randomUUID,
  sign,
  type KeyObject,
} from 'node:crypto';
import { Type, type Static } from 'typebox';
import type { Purpose } from '../../src/kernel/purpose.ts';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { IdentityAnswer, IdentityQuestion } from '../../src/verification/evidence.ts';
import type { IdentityService } from '../../src/verification/identity.port.ts';
import {
  atMost,
  boundedClient,
  inOrder,
  type CallLimits,
  type Post,
} from '../http/bounded-client.ts';
import { readJson } from '../http/json-answer.ts';

export interface MosipOptions extends CallLimits {
  /** …/idauthentication/v1/auth/LICENCE/PARTNER/API-KEY */
  readonly url: string;
  /** The environment and the address of the registry, which it wants to hear in every request. */
  readonly environment: string;
  readonly domainUri: string;
  /** PEM of the registry's certificate or public key. */
  readonly registryKey: string;
  /** PEM of our private key, whose certificate the registry has. */
  readonly signingKey: string;
  readonly clock: () => Date;
}

// MOSIP's name for what we call the id of a request.
const REQUEST_ID = ['transaction', 'ID'].join('');

/** Addresses that are not http or https are refused with 'configuration-wrong'. */
export function mosip(options: MosipOptions): IdentityService {
  const { concurrency = 32, timeoutMs = 10_000, ...limits } = options;
  const turns = atMost(concurrency);
  const registry = registryOf(options.registryKey);
  const ownKey = createPrivateKey(options.signingKey);
  const post = boundedClient({
    ...limits,
    url: options.url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    answerType: 'application/json',
    timeoutMs,
    maxAnswerBytes: 64 * 1024,
    concurrency,
  });
  return {
    lookUp: (questions, purpose) =>
      inOrder(questions, 2 * concurrency, (chunk, signal) =>
        Promise.all(
          chunk.map((question) =>
            turns(
              () => authenticated({ ...options, post, registry, ownKey, purpose }, question),
              signal,
            ),
          ),
        ),
      ),
  };
}

function registryOf(pem: string): { key: KeyObject; thumbprint: string } {
  const key = createPublicKey(pem);
  const der = key.export({ type: 'spki', format: 'der' });
  return { key, thumbprint: hash('sha256', der) };
}

interface Asking extends MosipOptions {
  readonly post: Post;
  readonly registry: { readonly key: KeyObject; readonly thumbprint: string };
  readonly ownKey: KeyObject;
  readonly purpose: Purpose;
}

async function authenticated(by: Asking, question: IdentityQuestion): Promise<IdentityAnswer> {
  const { requestId } = question;
  let answerHash = '';
  try {
    const asked = requestOf(by, question);
    const bytes = await by.post(asked.body, { signature: asked.signature });
    answerHash = hash('sha256', bytes);
    const answer = readJson(bytes);
    if (!isAnswer(answer) || answer[REQUEST_ID] !== asked.requestId) {
      return unavailable(requestId, answerHash);
    }
    return answerOf(question, answer, answerHash);
  } catch (error) {
    if (error instanceof Refusal) return unavailable(requestId, answerHash);
    throw error;
  }
}

/** A yes with an error beside it is no yes, and an error that we do not know is no answer. */
function answerOf(
  { requestId, citizenNumber, fullName, birth }: IdentityQuestion,
  { response, errors }: Answer,
  answerHash: string,
): IdentityAnswer {
  const codes = (errors ?? []).map(({ errorCode }) => errorCode);
  const yes = response?.authStatus === true;
  if (yes && codes.length === 0) {
    const person = { citizenNumber, fullName, birth, communeCode: '' };
    return { requestId, outcome: 'found', person, answerHash };
  }
  const no = !yes && codes.length > 0 && codes.every((code) => NO.has(code));
  return no
    ? { requestId, outcome: 'not-found', person: null, answerHash }
    : unavailable(requestId, answerHash);
}

/** No such person, or not of this name and birth. Any other error says nothing about anybody. */
const NO = new Set(['IDA-MLC-018', 'IDA-DEA-001']);

function requestOf(
  by: Asking,
  question: IdentityQuestion,
): { requestId: string; body: string; signature: string } {
  const { registry, environment, domainUri, clock } = by;
  const time = clock().toISOString();
  // Their ids are ten digits or letters; ours are longer and say whom we pay.
  const requestId = randomUUID().replaceAll('-', '').slice(0, 10);
  const request = Buffer.from(
    JSON.stringify({ timestamp: time, demographics: demographicsOf(question) }),
  );
  const key = randomBytes(32);
  const body = JSON.stringify({
    id: 'mosip.identity.auth',
    version: '1.0',
    requestTime: time,
    env: environment,
    domainUri,
    [REQUEST_ID]: requestId,
    requestedAuth: { demo: true, pin: false, otp: false, bio: false },
    consentObtained: true,
    individualId: question.citizenNumber,
    individualIdType: 'UIN',
    metadata: {
      officer: by.purpose.officer,
      unit: by.purpose.unitCode,
      purpose: by.purpose.purpose,
    },
    thumbprint: registry.thumbprint,
    requestSessionKey: publicEncrypt(
      { key: registry.key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      key,
    ).toString('base64url'),
    request: encrypted(request, key),
    requestHMAC: encrypted(Buffer.from(hash('sha256', request).toUpperCase()), key),
  });
  return { requestId, body, signature: detachedSignature(body, by.ownKey) };
}

function demographicsOf({ fullName, birth }: IdentityQuestion): object {
  const name = [{ language: 'vie', value: fullName.normalize('NFC') }];
  if (/^\d{4}$/.test(birth)) return { name, dobType: 'APPROXIMATE', yearOfBirth: birth };
  return { name, dob: birth.replaceAll('-', '/') };
}

/** AES-256-GCM; the nonce of 16 bytes stands at the end, behind the tag. */
function encrypted(text: Buffer, key: Buffer): string {
  const nonce = randomBytes(16);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const bytes = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag(), nonce]);
  return bytes.toString('base64url');
}

/** RFC 7515, appendix F: the body is signed and not repeated. */
function detachedSignature(body: string, key: KeyObject): string {
  const header = Buffer.from('{"alg":"RS256"}').toString('base64url');
  const payload = Buffer.from(body).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), key).toString('base64url');
  return `${header}..${signature}`;
}

const Answer = Type.Object({
  id: Type.Literal('mosip.identity.auth'),
  response: Type.Optional(Type.Union([Type.Object({ authStatus: Type.Boolean() }), Type.Null()])),
  errors: Type.Optional(
    Type.Union([
      Type.Array(Type.Object({ errorCode: Type.String({ pattern: '^[A-Z0-9-]{1,20}$' }) })),
      Type.Null(),
    ]),
  ),
});
type Answer = Static<typeof Answer>;
const isAnswer = new Ajv().compile<Answer & Readonly<Record<string, unknown>>>(Answer);

function unavailable(requestId: string, answerHash: string): IdentityAnswer {
  return { requestId, outcome: 'unavailable', person: null, answerHash };
}
