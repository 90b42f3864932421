import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import type { ComponentChildren } from 'preact';
import type { Permission } from '../access/permission.ts';
import type { Visitor } from '../access/session.sql.ts';
import type { Context } from '../platform/context.ts';
import type { Db } from '../platform/db.ts';
import type { Fields, Read } from './form.ts';
import type { Guard } from './guard.ts';
import type { ParamsOf } from './paths.ts';
import type { SmallFile, Upload } from './upload.ts';

export type Language = 'vi' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

/** What everybody has who looks at a page, signed in or not. */
export interface OpenContext {
  readonly person: Visitor | null;
  readonly language: Language;
  readonly theme: Theme;
  /** Stands in every form under the name _csrf. */
  readonly formToken: string;
  /** The address of the page, to come back to. */
  readonly here: string;
  /** What a person tells us when something went wrong; it stands in the log too. */
  readonly supportCode: string;
  /** For flows; its actor is the person, or `web` before somebody is signed in. */
  readonly context: Context;
  /** Whether the person has a permission anywhere: what a page offers is what may be done. */
  readonly may: (permission: Permission) => boolean;
  /** Whether a person may do it in the whole province, and not in some of its communes alone. */
  readonly mayInProvince: (permission: Permission) => boolean;
}

/** What a guarded page is given. */
export interface RequestContext extends OpenContext {
  readonly person: Visitor;
  /** The units of administration in which the person has the permission of the route. */
  readonly scope: readonly string[];
  /** When they last gave a code. */
  readonly stepUpAt: Date | null;
  /**
   * Reads behind the second wall (decision 15): one picture, read-only, that shows of each table with
   * units the rows of those in scope.
   */
  look<Result>(work: (picture: Db) => Promise<Result>): Promise<Result>;
}

/** What a recipient's own page is given: whose it is, and nothing of staff. */
export interface OwnContext extends OpenContext {
  readonly recipientId: bigint;
}

/** What was asked for: read, checked and typed. */
interface Asked<Path extends string, Query extends Fields, Form extends Fields> {
  readonly params: ParamsOf<Path>;
  readonly query: Read<Query>;
  readonly form: Read<Form>;
  readonly request: Request;
  /** The file of a form that was sent with one; its bytes are read as they come. */
  readonly upload: Upload | null;
  /** The files of a form that was sent with several small ones. */
  readonly files: readonly SmallFile[];
}

/** A page, without what stands around every page. */
export interface Page {
  readonly title: string;
  readonly body: ComponentChildren;
  /** Whether the body begins with its own heading. */
  readonly headed?: true;
}

/** What a handler answers. */
export type Answer =
  | { readonly kind: 'page'; readonly page: Page; readonly status?: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly type: string;
      readonly content: Readable | Buffer;
    }
  | { readonly kind: 'stream'; send(response: Response): Promise<void> };

/** What an answer leaves in the browser, besides itself. */
export interface Kept {
  /** The token of the session; null takes it away. */
  readonly session?: string | null;
  /** The token of a recipient's own page; null takes it away. */
  readonly own?: string | null;
  readonly language?: Language;
  readonly theme?: Theme;
  /** What waits while its person is with an identity provider; null takes it away. */
  readonly journey?: string | null;
}

type Handled = Answer & { readonly keeps?: Kept };

/** One route, as the server mounts it and as the test of guards walks it. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly guard: Guard;
  /** Whether it takes a code given within five minutes, or one in the field `code` of its form. */
  readonly stepUp: boolean;
  /** Whether its form comes with a file, or with several small ones. */
  readonly uploads: boolean | 'small';
  readonly query: Fields;
  readonly form: Fields;
  handle(context: never, asked: never): Handled | Promise<Handled>;
}

interface Spec<Given, Path extends string, Query extends Fields, Form extends Fields> {
  readonly method: 'get' | 'post';
  readonly path: Path;
  readonly guard: Guard;
  readonly stepUp?: boolean;
  readonly uploads?: boolean | 'small';
  readonly query?: Query;
  readonly form?: Form;
  handle(context: Given, asked: Asked<Path, Query, Form>): Handled | Promise<Handled>;
}

// No field at all: a record without a key, since the empty object type would take anything.
type None = Readonly<Record<string, never>>;

/** A route for people who are signed in: its guard is requires(…) or signedIn(). */
export function route<Path extends string, Query extends Fields = None, Form extends Fields = None>(
  spec: Spec<RequestContext, Path, Query, Form>,
): Route {
  return complete(spec);
}

/** A route of a recipient's own page: its guard is RECIPIENT. */
export function ownRoute<
  Path extends string,
  Query extends Fields = None,
  Form extends Fields = None,
>(spec: Spec<OwnContext, Path, Query, Form>): Route {
  return complete(spec);
}

/** A route for anybody: its guard is ANYBODY, and whoever is not signed in is null. */
export function openRoute<
  Path extends string,
  Query extends Fields = None,
  Form extends Fields = None,
>(spec: Spec<OpenContext, Path, Query, Form>): Route {
  return complete(spec);
}

function complete<Given, Path extends string, Query extends Fields, Form extends Fields>(
  spec: Spec<Given, Path, Query, Form>,
): Route {
  return {
    method: spec.method,
    path: spec.path,
    guard: spec.guard,
    stepUp: spec.stepUp ?? false,
    uploads: spec.uploads ?? false,
    query: spec.query ?? {},
    form: spec.form ?? {},
    handle: (context: never, asked: never) => spec.handle(context, asked),
  };
}
