import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { scopeOf } from '../access/permission.ts';
import { stepUp } from '../access/second-factor.flow.ts';
import { recognise } from '../access/session.flow.ts';
import { isFresh } from '../access/session.ts';
import type { Visitor } from '../access/session.sql.ts';
import { REFUSALS, Refusal } from '../kernel/refusal.ts';
import { ownerOf } from '../report/own-page.flow.ts';
import { pictureOfUnits, type Db } from '../platform/db.ts';
import { keep, ownToken, preferencesOf, sessionToken } from './cookies.ts';
import { asRefusal, placeOf, problemOf, readsProblems } from './failure.ts';
import { failurePage, refusalPage } from './failure.page.tsx';
import { formed, optional, readFields } from './form.ts';
import { fromOurPages, formToken, TOKEN_FIELD, withToken } from './forgery.ts';
import { admit } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { isOwnAddress, paths } from './paths.ts';
import { isOfProvince } from './province.ts';
import type { Answer, Kept, OpenContext, RequestContext, Route } from './route.ts';
import { readSmallFiles, readUpload, type SmallFile, type Upload } from './upload.ts';
import { frameOf, type Frame } from './frame.ts';
import { inboxOf, waitingWork } from './inbox.ts';
import { renderPage } from './layout.tsx';
import type { Web } from './web.ts';

const ASSETS = new URL('assets/', import.meta.url);
const HOUR_MS = 3_600_000;

/** The most that a form without a file comes to. */
const FORM_LIMIT = { limit: '64kb', parameterLimit: 1_000 } as const;

/** The web over a table of routes: headers on everything, and nothing that is not a route. */
export function webApp(web: Web, routes: readonly Route[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', web.proxies.length === 0 ? false : [...web.proxies]);

  app.use(...securityHeaders({ formTargets: [] }), (_, response, next) => {
    Object.assign(response.locals, { supportCode: newSupportCode() });
    next();
  });
  app.use(
    paths.assets,
    express.static(ASSETS.pathname, {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      setHeaders: (response) => {
        response.setHeader('Cache-Control', `public, max-age=${HOUR_MS / 1000}`);
      },
    }),
  );
  // A page of ours says a secret beside what somebody else chose only to a browser that sent the cookie,
  // and no other site can make it send one: so packing gives nothing away.
  app.use(
    compression({
      // What is packed is held back until there is enough of it: news would come late.
      filter: (request, response) => !isNews(response) && compression.filter(request, response),
    }),
  );
  app.use(express.urlencoded({ extended: false, ...FORM_LIMIT }));

  for (const route of routes) {
    app[route.method](route.path, (request, response) => serve(web, route, { request, response }));
  }
  app.use((request: Request, response: Response) => {
    const allowed = routes.filter(({ path }) => isAt(path, request.path));
    if (allowed.length === 0) throw new Refusal('page-unknown');
    response.set('Allow', allowed.map(({ method }) => method.toUpperCase()).join(', '));
    throw new Refusal('method-not-allowed');
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else fail(web, error, { request, response });
  });
  return app;
}

/** Whether an answer is a stream of events, which has no end of its own. */
function isNews(response: ServerResponse): boolean {
  return String(response.getHeader('Content-Type') ?? '').startsWith('text/event-stream');
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** Whether an address is one of a path with parameters. */
function isAt(path: string, address: string): boolean {
  return new RegExp(`^${path.replace(/:[A-Za-z]+/g, '[^/]+')}$`).test(address);
}

/** One request from the door to the answer: whose it is, whether it may, what it says, what it does. */
async function serve(web: Web, route: Route, { request, response }: Exchange): Promise<void> {
  if (route.method === 'post') fromOurPages(request, web.origin);
  const visitor = await visitorBehind(web, request);
  const context = openContext(web, { request, response }, visitor);
  Object.assign(response.locals, { open: context });
  const scope = admit(route.guard, visitor);
  const recipientId = route.guard.kind === 'recipient' ? await ownerBehind(web, request) : null;

  const sent = await taken(route, { request, response }, context);
  const raised = route.stepUp ? await withFreshCode(web, context, sent.came) : null;
  if (raised !== null) keep(response, { session: raised.token });

  const given = {
    ...context,
    scope,
    recipientId,
    stepUpAt: raised?.at ?? visitor?.stepUpAt ?? null,
    look: <Result>(work: (picture: Db) => Promise<Result>) =>
      pictureOfUnits(context.context.db, scope, work),
  };
  const { query, form, upload, files } = sent;
  const asked = { params: request.params, request, query, form, upload, files };
  const answer = await route.handle(given as RequestContext as never, asked as never);
  await send(web, answer, { context, response });
}

/** What a request says, once it has shown that it comes from a page of ours. */
async function taken(
  route: Route,
  { request }: Exchange,
  { person, formToken: expected }: OpenContext,
): Promise<{
  came: unknown;
  query: unknown;
  form: unknown;
  upload: Upload | null;
  files: readonly SmallFile[];
}> {
  const { fields, upload, files } = await carried(route, request);
  // Before anybody is signed in there is no session to bind a form to; where it came from is known.
  if (route.method === 'post' && person !== null) withToken(fields, expected);
  return {
    came: fields,
    query: readFields(route.query, request.query),
    form: readFields(route.form, without(fields, ownFields(route))),
    upload,
    files,
  };
}

/** The fields of a form, and its files where it has some. */
async function carried(
  { uploads }: Route,
  request: Request,
): Promise<{ fields: unknown; upload: Upload | null; files: readonly SmallFile[] }> {
  if (uploads === 'small') return { ...(await readSmallFiles(request)), upload: null };
  if (uploads) return { ...(await readUpload(request)), files: [] };
  return { fields: request.body as unknown, upload: null, files: [] };
}

async function visitorBehind(web: Web, request: Request): Promise<Visitor | null> {
  const token = sessionToken(request);
  if (token === undefined) return null;
  return (await recognise(web.contextOf('web'), token)) ?? null;
}

/** Whose own page a browser has open. Throws Refusal own-page-closed. */
async function ownerBehind(web: Web, request: Request): Promise<bigint> {
  const token = ownToken(request);
  const owner = token === undefined ? undefined : await ownerOf(web.contextOf('web'), token);
  if (owner === undefined) throw new Refusal('own-page-closed');
  return owner;
}

/** The fields of a form that are read here and not by the route. */
function ownFields({ stepUp: takesCode }: Route): readonly string[] {
  return takesCode ? [TOKEN_FIELD, 'code'] : [TOKEN_FIELD];
}

function without(body: unknown, names: readonly string[]): Record<string, unknown> {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([name]) => !names.includes(name)));
}

const CODE = { code: optional(formed(/^\d{6}$/)) };

/**
 * Takes the code of a form; without one the last must be fresh. Throws Refusal step-up-needed,
 * code-refused or too-many-tries.
 */
async function withFreshCode(
  web: Web,
  { person, context }: OpenContext,
  body: unknown,
): Promise<{ token: string; at: Date } | null> {
  const { code } = readFields(CODE, only(body, 'code'));
  if (code !== null && person !== null) {
    return stepUp(context, web.vault, { sessionId: person.sessionId, code });
  }
  if (!isFresh(person?.stepUpAt ?? null, context.clock())) throw new Refusal('step-up-needed');
  return null;
}

function only(body: unknown, name: string): Record<string, unknown> {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([one]) => one === name));
}

function openContext(
  web: Web,
  { request, response }: Exchange,
  visitor: Visitor | null,
): OpenContext {
  const token =
    visitor === null ? '' : formToken(web.vault.keyFor('form-token'), visitor.sessionId);
  Object.assign(response.locals, { formToken: token, personId: visitor?.personId ?? '' });
  return {
    person: visitor,
    ...preferencesOf(request),
    formToken: token,
    here: request.originalUrl,
    supportCode: (response.locals as Told).supportCode,
    context: web.contextOf(visitor?.personId ?? 'web'),
    may: (permission) => visitor !== null && scopeOf(visitor.grants, permission).length > 0,
    mayInProvince: (permission) =>
      visitor !== null && isOfProvince(scopeOf(visitor.grants, permission), web),
  };
}

async function send(
  web: Web,
  answer: Answer & { readonly keeps?: Kept },
  { context, response }: { context: OpenContext; response: Response },
): Promise<void> {
  if (answer.keeps !== undefined) keep(response, answer.keeps);
  switch (answer.kind) {
    case 'page':
      response
        .status(answer.status ?? 200)
        .type('html')
        .send(renderPage(await framed(web, context), answer.page));
      return;
    case 'redirect':
      response.redirect(303, answer.to);
      return;
    case 'file':
      response.attachment(answer.name).type(answer.type);
      if (Buffer.isBuffer(answer.content)) response.send(answer.content);
      else await pipeline(answer.content, response);
      return;
    case 'stream':
      await answer.send(response);
  }
}

/** The frame of a page, with what waits for whoever looks at it. */
async function framed(web: Web, context: OpenContext): Promise<Frame> {
  return frameOf(web, context, inboxOf(await waitingWork(context, null)));
}

/** Shows why something was not done, as a page or as problem details; a bug is told by its code alone. */
function fail(web: Web, error: unknown, { request, response }: Exchange): void {
  const { supportCode, personId = '', formToken: token = '', open } = response.locals as Told;
  const refusal = asRefusal(error);
  if (refusal === undefined) {
    web.log.error('request failed', { supportCode, personId, at: placeOf(error) });
  } else {
    web.log.info('request refused', { supportCode, personId, code: refusal.code });
  }
  const status = refusal === undefined ? 500 : REFUSALS[refusal.code].status;
  if (status === 429) response.set('Retry-After', '900');
  if (readsProblems(request)) {
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify(problemOf(refusal, supportCode)));
    return;
  }
  const { language, theme } = preferencesOf(request);
  const seen = { language, theme, supportCode, back: cameFrom(request), formToken: token };
  const page = refusal === undefined ? failurePage(seen) : refusalPage(seen, refusal);
  const frame = frameOf(web, open ?? { ...seen, here: seen.back });
  response.status(status).type('html').send(renderPage(frame, page));
}

/** The page that a request came from, to go back to: of a form its page, else the page itself. */
function cameFrom(request: Request): string {
  if (request.method === 'GET') return request.originalUrl;
  const referrer = request.get('referer') ?? '';
  const path = URL.canParse(referrer) ? new URL(referrer).pathname : '';
  return isOwnAddress(path) ? path : paths.today;
}

/** Eight letters and digits that are told over a telephone; none that look like another. */
function newSupportCode(): string {
  const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
  return [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('');
}

/** What is known of a request however far it came. */
interface Told {
  readonly supportCode: string;
  readonly personId?: string;
  readonly open?: OpenContext;
  readonly formToken?: string;
}

export interface RunningWeb {
  readonly origin: string;
  /** Takes no more requests, and returns when those that run have ended. */
  close(): Promise<void>;
}

/** Listens at address:port (port 0 takes one that is free); without an origin it is that address. */
export async function startWeb(
  listen: string,
  makeApp: (origin: string) => Express,
  origin: string | null = null,
): Promise<RunningWeb> {
  const at = listen.lastIndexOf(':');
  const server = createServer();
  const host = listen.slice(0, at).replace(/[[\]]/g, '');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(listen.slice(at + 1)), host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const own = origin ?? `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const open = new Set<ServerResponse>();
  server.on('request', (_, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  server.on('request', makeApp(own));
  return {
    origin: own,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
        // A browser asks again by itself, and finds whoever is there then.
        for (const response of open) if (isNews(response)) response.end();
      }),
  };
}
