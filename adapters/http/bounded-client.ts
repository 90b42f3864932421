/**
 * Calls to a counterpart that may be slow, silent, broken or lying. Everything is bounded: how long
 * a call may take, how many run at once, how large an answer is, how often a call is tried again,
 * and how long an outage is waited for. Only the host of the configured address is ever called: no
 * redirect is followed and no proxy is taken from the environment.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, Pool } from 'undici';
import { Refusal } from '../../src/kernel/refusal.ts';
import type { KeepAnswer } from './raw-answers.ts';

export interface BoundedClientOptions extends CallLimits {
  /** http or https, without a name or password in it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The media type an answer must have, such as text/xml. */
  readonly answerType: string;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** How many sockets; the caller keeps as many calls in flight with atMost. */
  readonly concurrency: number;
}

/** How often a service may be asked, by agreement with whoever keeps it. */
interface Quota {
  /** Counts one call; false when there is none left. */
  take(): Promise<boolean>;
}

/** How hard a counterpart may be pressed, and what is kept of it. */
export interface CallLimits {
  /** Calls at once. */
  readonly concurrency?: number;
  /** For one try, from the first byte out to the last byte in. */
  readonly timeoutMs?: number;
  /** Calls a second at most, evenly spaced; no limit when not given. */
  readonly perSecond?: number;
  /** Calls at most, as agreed. When it is used up calls fail at once. */
  readonly quota?: Quota;
  readonly outage?: Partial<OutageLimits>;
  /** Told when calls begin to be held back, and when the counterpart is back. */
  readonly tell?: (state: 'down' | 'up') => void;
  /** Given the raw answer before anything is made of it. */
  readonly keep?: KeepAnswer;
  /** Counted up as calls are made. */
  readonly calls?: CallCounts;
}

/** Tries are counted, so that a question that was put twice is two. */
export interface CallCounts {
  made: number;
  failed: number;
}

/** When a counterpart counts as down, and what is done about it. */
interface OutageLimits {
  /** Failures in a row after which calls are held back. */
  readonly failures: number;
  /** Between two calls that find out whether it is up again. */
  readonly pauseMs: number;
  /** How long calls wait for it to come up. After that they fail at once. */
  readonly patienceMs: number;
}

/** Sends a body, with headers of its own, and gives the bytes of the answer. */
export type Post = (body: string, headers?: Readonly<Record<string, string>>) => Promise<Buffer>;

/**
 * A client for one address. What it gives back is the body of an answer with status 200, the right
 * media type, UTF-8 if it names a character set, and no more bytes than allowed.
 *
 * Throws Refusal('counterpart-silent', { reason }) when no answer came (connection, timeout,
 * status, outage) and Refusal('answer-malformed', { rule }) when it is not of the protocol. A call
 * whose connection broke, or that was answered 429 or 503, is tried once more: these are questions,
 * and a question may be put twice. Never use it for what moves money.
 */
export function boundedClient(options: BoundedClientOptions): Post {
  const { origin, pathname, search } = allowedUrl(options.url);
  const { timeoutMs } = options;
  const pool = new Pool(origin, {
    connections: options.concurrency,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: options.maxAnswerBytes,
    // Said aloud, so that no environment variable can turn the check of certificates off.
    connect: { timeout: timeoutMs, rejectUnauthorized: true },
  });
  const guarded = outageGuard({
    // A whole round of calls, and never so few that a single hiccup counts.
    failures: Math.max(8, options.concurrency),
    pauseMs: 1_000,
    patienceMs: 60_000,
    ...(options.tell === undefined ? {} : { tell: options.tell }),
    ...options.outage,
  });
  const allowed = allowance(options);
  const once = async (
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Buffer> => {
    await allowed();
    const all = { ...options.headers, ...headers };
    const request = { path: pathname + search, method: 'POST', headers: all, body };
    return tryOnce(pool, request, options);
  };

  return (body, headers) =>
    guarded(async () => {
      try {
        return await once(body, headers);
      } catch (error) {
        const waitMs = retryAfterMs(error);
        if (waitMs === undefined) throw error;
        await sleep(waitMs);
        return await once(body, headers);
      }
    });
}

/** Waits until a call is due under the rate, and counts it against the quota. */
function allowance({ perSecond, quota, calls }: CallLimits): () => Promise<void> {
  let nextMs = 0;
  return async () => {
    if ((await quota?.take()) === false) throw silent('quota');
    if (perSecond !== undefined) {
      const now = performance.now();
      nextMs = Math.max(now, nextMs + 1_000 / perSecond);
      if (nextMs > now) await sleep(nextMs - now);
    }
    if (calls !== undefined) calls.made += 1;
  };
}

function allowedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed = url !== undefined && ['http:', 'https:'].includes(url.protocol);
  if (!allowed || url.username !== '' || url.password !== '') {
    throw new Refusal('configuration-wrong', { rule: 'address-of-counterpart' });
  }
  return url;
}

async function tryOnce(
  pool: Pool,
  request: Parameters<Pool['request']>[0],
  { timeoutMs, answerType, keep, calls }: BoundedClientOptions,
): Promise<Buffer> {
  // The time-outs of the pool watch for silence. This one also ends an answer that drips.
  // An emitter because an AbortController for each call costs 10 to 25
  // microseconds more, of some 50.
  const deadline = new EventEmitter();
  const timer = setTimeout(() => {
    deadline.emit('abort');
  }, timeoutMs);
  try {
    const { statusCode, headers, body } = await pool.request({
      ...request,
      signal: deadline,
    });
    // Read whatever the status, so that the connection can be used again.
    const bytes = Buffer.from(await body.arrayBuffer());
    await keep?.(bytes);
    if (statusCode !== 200) throw silent('status', statusFacts(statusCode, headers['retry-after']));
    if (!isOfType(headers['content-type'], answerType)) throw malformed('content-type');
    return bytes;
  } catch (error) {
    if (calls !== undefined) calls.failed += 1;
    throw translated(error);
  } finally {
    clearTimeout(timer);
  }
}

function isOfType(header: string | string[] | undefined, type: string): boolean {
  if (typeof header !== 'string') return false;
  const [media, ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charsets = parameters.filter((parameter) => parameter.startsWith('charset'));
  return media === type && charsets.every((charset) => /^charset="?utf-8"?$/.test(charset));
}

function statusFacts(
  status: number,
  header: string | string[] | undefined,
): Record<string, number> {
  // Only the form in seconds: the form as a date would need a clock we have no reason to trust.
  if (typeof header !== 'string' || !/^\d{1,9}$/.test(header)) return { status };
  return { status, retry_after_seconds: Number(header) };
}

/** Words of our own for the errors of undici and Node, whose messages may hold what was sent. */
function translated(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.InvalidArgumentError) return error;
  if (error instanceof errors.ResponseExceededMaxSizeError) return malformed('too-large');
  if (TIMEOUTS.some((timeout) => error instanceof timeout)) return silent('timeout');
  if (!(error instanceof Error) || !('code' in error)) return error;
  return silent(BROKEN.includes(String(error.code)) ? 'connection' : 'no-http');
}

const TIMEOUTS = [
  // Nobody but the deadline aborts a call.
  errors.RequestAbortedError,
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.BodyTimeoutError,
] as const;

// What a restart of the counterpart looks like. A wrong certificate or a foreign protocol is not
// among them: trying again would not mend it.
const BROKEN = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'UND_ERR_SOCKET'];

const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** How long to wait before the second try; undefined when there is to be none. */
function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof Refusal)) return undefined;
  const { reason, status, retry_after_seconds: seconds } = error.facts;
  const worthIt = reason === 'connection' || status === 429 || status === 503;
  const waitMs = seconds === undefined ? RETRY_MS : Number(seconds) * 1_000;
  return worthIt && waitMs <= LONGEST_RETRY_MS ? waitMs : undefined;
}

/**
 * Holds calls back while the counterpart is down. Without it a night of time-outs would ask one
 * question after another, ten seconds each. A short outage costs a pause and no answer; after the
 * patience has run out calls fail at once, except one in each pause that looks whether it is back.
 */
function outageGuard(
  limits: OutageLimits & Pick<CallLimits, 'tell'>,
): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  let failuresInARow = 0;
  let downSince: number | undefined;
  let nextLook = 0;

  const admitted = async (): Promise<void> => {
    while (downSince !== undefined) {
      const now = performance.now();
      if (now >= nextLook) {
        nextLook = now + limits.pauseMs;
        return;
      }
      if (now - downSince >= limits.patienceMs) throw silent('outage');
      await sleep(nextLook - now);
    }
  };
  const failed = (error: Refusal): void => {
    failuresInARow += 1;
    if (failuresInARow < limits.failures) return;
    const now = performance.now();
    if (downSince === undefined) limits.tell?.('down');
    downSince ??= now;
    // A counterpart that names a time is not asked before it, within our patience.
    const namedMs = Number(error.facts.retry_after_seconds ?? 0) * 1_000;
    nextLook = now + Math.max(limits.pauseMs, Math.min(namedMs, limits.patienceMs));
  };

  return async (call) => {
    await admitted();
    try {
      const answer = await call();
      failuresInARow = 0;
      if (downSince !== undefined) limits.tell?.('up');
      downSince = undefined;
      return answer;
    } catch (error) {
      if (isOutage(error)) failed(error);
      throw error;
    }
  };
}

/** What the counterpart is to blame for. A quota that is used up is not its outage. */
function isOutage(error: unknown): error is Refusal {
  const silence = error instanceof Refusal && error.code === 'counterpart-silent';
  return silence && error.facts.reason !== 'quota';
}

function silent(reason: string, facts: Record<string, number> = {}): Refusal {
  return new Refusal('counterpart-silent', { reason, ...facts });
}

function malformed(rule: string): Refusal {
  return new Refusal('answer-malformed', { rule });
}

/** Runs work when its turn comes. Work whose signal has been given by then is not begun. */
export type Turns = <Result>(work: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

/** Lets a number of works run at once; the others wait, first come, first served. */
export function atMost(concurrency: number): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (work, signal) => {
    if (running < concurrency) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * Answers a stream of chunks in their order while the next chunks are already being asked: at least
 * one ahead, and more when chunks are small, until `inFlight` items are on their way. Memory holds
 * these chunks and no more. The questions may not wait for the answers. When the reader stops or a
 * chunk fails, the signal tells the works that have not begun.
 */
export async function* inOrder<Question, Answer>(
  chunks: AsyncIterable<readonly Question[]>,
  inFlight: number,
  ask: (chunk: readonly Question[], signal: AbortSignal) => Promise<readonly Answer[]>,
): AsyncGenerator<readonly Answer[]> {
  const stopped = new AbortController();
  const source = chunks[Symbol.asyncIterator]();
  const asked: { size: number; answers: Promise<readonly Answer[]> }[] = [];
  let count = 0;
  let exhausted = false;
  try {
    for (;;) {
      while (!exhausted && (asked.length < 2 || count < inFlight)) {
        const next = await source.next();
        if (next.done === true) {
          exhausted = true;
          break;
        }
        const answers = ask(next.value, stopped.signal);
        // A later chunk may fail while an earlier one is awaited; it is heard when its turn comes.
        answers.catch(() => undefined);
        asked.push({ size: next.value.length, answers });
        count += next.value.length;
      }
      const first = asked.shift();
      if (first === undefined) return;
      count -= first.size;
      yield await first.answers;
    }
  } finally {
    stopped.abort();
    if (!exhausted) await source.return?.();
  }
}
