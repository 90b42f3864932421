/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { cloneElement, type ComponentChildren, type VNode } from 'preact';
import type { Explanation } from '../entitlement/explanation.ts';
import { grouped } from '../kernel/text.ts';
import { shortHash } from './format.ts';
import { TOKEN_FIELD } from './forgery.ts';
import { useCommon, useFrame, useText } from './frame.ts';
import { href, paths } from './paths.ts';

/** What makes a form ours: sent back with every post. */
export function HiddenToken(): VNode {
  return <input type="hidden" name={TOKEN_FIELD} value={useFrame().formToken} />;
}

/** What a page begins with: the pages above it, its name, and a tag or two. */
export function Heading(props: {
  readonly title: string;
  readonly above?: readonly { readonly label: string; readonly href: string }[];
  readonly children?: ComponentChildren;
}): VNode {
  const t = useCommon();
  const { title, above = [], children } = props;
  return (
    <>
      {above.length > 0 && (
        <nav class="crumbs" aria-label={t('you-are-here')}>
          <ol>
            {above.map(({ label, href }) => (
              <li>
                <a href={href}>{label}</a>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div class="title">
        <h1>{title}</h1>
        {children}
      </div>
    </>
  );
}

/** Good, bad or waiting; the sign says it to whoever does not see the colour. */
export type Tone = 'good' | 'bad' | 'wait' | 'calm';
const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', wait: '!', calm: '•' };

export function Tag({ tone, children }: { tone: Tone; children: ComponentChildren }): VNode {
  return (
    <span class={`tag ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]} </span>
      {children}
    </span>
  );
}

/** Something to be read before the rest; a bad one is announced. */
export function Notice(props: { tone: Tone; title: string; children?: ComponentChildren }): VNode {
  return (
    <section class={`notice ${props.tone}`} role={props.tone === 'bad' ? 'alert' : undefined}>
      <h2>
        <span aria-hidden="true">{SIGNS[props.tone]} </span>
        {props.title}
      </h2>
      {props.children}
    </section>
  );
}

export interface Fact {
  readonly label: string;
  readonly value: ComponentChildren;
  /** A hash or a sentence: a line of its own. */
  readonly long?: boolean;
}

/** Why something is due, under its headings. */
export function Paragraphs({ of }: { of: Explanation['paragraphs'] }): VNode {
  const say = useText();
  return (
    <>
      {of.map(({ heading, lines }) => (
        <>
          <p>
            <b>{say(heading)}</b>
          </p>
          <ul>
            {lines.map((line) => (
              <li>{say(line)}</li>
            ))}
          </ul>
        </>
      ))}
    </>
  );
}

export function Facts({ facts }: { facts: readonly Fact[] }): VNode {
  return (
    <dl class="facts">
      {facts.map(({ label, value, long }) => (
        <div class={long === true ? 'long' : undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Hash({ hex, whole = false }: { hex: string; whole?: boolean }): VNode {
  return (
    <span class="hash" title={hex}>
      {whole ? hex : shortHash(hex)}
    </span>
  );
}

/** Our reference of a payment; for who may, the way to all that became of it. */
export function Reference({ reference }: { reference: string }): VNode {
  if (!useFrame().may('audit.see')) return <span class="hash">{reference}</span>;
  return (
    <a class="hash" href={href(paths.trace, {}, { reference })}>
      {reference}
    </a>
  );
}

export interface Column<Row> {
  readonly title: string;
  /** Figures stand at the right; đồng says so in its heading. */
  readonly kind?: 'text' | 'figure' | 'vnd';
  readonly cell: (row: Row) => ComponentChildren;
  readonly total?: ComponentChildren;
  /** Left out on a telephone: columns go, never rows. */
  readonly minor?: boolean;
  /** Names the row for a reader of the screen. */
  readonly names?: boolean;
}

/** A table with the number of each row before it, as every list in an office has. */
export function Table<Row>(props: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly firstNumber?: number;
  readonly empty?: string;
}): VNode {
  const { label, columns, rows, firstNumber = 1 } = props;
  const t = useCommon();
  const hasTotals = rows.length > 0 && columns.some(({ total }) => total !== undefined);
  return (
    <div class="frame">
      <table aria-label={label} data-keys="">
        <thead>
          <tr>
            <th scope="col" class="order minor">
              {t('order')}
            </th>
            {columns.map((column) => (
              <th scope="col" class={classOf(column)}>
                {column.title}
                {column.kind === 'vnd' && <span class="unit"> {t('dong')}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr>
              <td class="order minor">{grouped(firstNumber + i)}</td>
              {columns.map((column) =>
                column.names === true ? (
                  <th scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td class={classOf(column)}>{column.cell(row)}</td>
                ),
              )}
            </tr>
          ))}
          {rows.length === 0 && (
            <tr>
              <td class="empty" colSpan={columns.length + 1}>
                {props.empty ?? t('no-rows')}
              </td>
            </tr>
          )}
        </tbody>
        {hasTotals && <Totals columns={columns} />}
      </table>
    </div>
  );
}

function Totals<Row>({ columns }: { columns: readonly Column<Row>[] }): VNode {
  const t = useCommon();
  return (
    <tfoot>
      <tr>
        <td class="order minor" />
        {columns.map((column, i) => (
          <td class={classOf(column)}>{i === 0 ? t('total') : column.total}</td>
        ))}
      </tr>
    </tfoot>
  );
}

function classOf({ kind = 'text', minor }: { kind?: string; minor?: boolean }): string | undefined {
  const names = [...(kind === 'text' ? [] : ['figure']), ...(minor === true ? ['minor'] : [])];
  return names.length === 0 ? undefined : names.join(' ');
}

/** From where the next page goes on: pages are read by key, so no page costs more than the first. */
export interface Paging {
  readonly shown: number;
  /** The query of the page, without its place in the list. */
  readonly query: Readonly<Record<string, string>>;
  readonly isFirst: boolean;
  /** The key of the last row, when there are more. */
  readonly after: string | null;
}

export function Pager({
  paging,
  children,
}: {
  paging: Paging;
  children?: ComponentChildren;
}): VNode {
  const t = useCommon();
  const { query, after, isFirst, shown } = paging;
  return (
    <div class="under-table">
      <span class="grow">{t('rows-here', { count: grouped(shown) })}</span>
      {children}
      {(!isFirst || after !== null) && (
        <nav class="pages actions" aria-label={t('pages')}>
          {!isFirst && (
            <a class="button calm" href={search(query)}>
              {t('first-page')}
            </a>
          )}
          {after !== null && (
            <a class="button calm" href={search({ ...query, after })} rel="next">
              {t('next-page')}
            </a>
          )}
        </nav>
      )}
    </div>
  );
}

/** A query as the end of an address of the same page. */
export function search(query: Readonly<Record<string, string>>): string {
  const said = Object.entries(query).filter(([, value]) => value !== '');
  return `?${new URLSearchParams(said).toString()}`;
}

/** The rooms of one part of the work, as links that say which one this is. */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly {
    readonly label: string;
    readonly href: string;
    readonly isHere: boolean;
  }[];
}): VNode {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map(({ label, href: to, isHere }) => (
        <a href={to} aria-current={isHere ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}

/** The filter block above a table. What it says stands in the address, so a link can be shared. */
export function Filter({ children }: { children: ComponentChildren }): VNode {
  const t = useCommon();
  return (
    <form class="filter" method="get" role="search" aria-label={t('filter')}>
      {children}
      <div class="actions">
        <button type="submit">{t('search')}</button>
        <a class="button calm" href="?">
          {t('clear')}
        </a>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  /** Where two forms of a page have a field of one name. */
  readonly id?: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string;
  /** The input itself; the field gives it its id and says what describes it. */
  readonly children: VNode<Record<string, unknown>>;
}

/** An input with its label, what to type, and what was wrong with it. */
export function Field(props: FieldProps): VNode {
  const { name, label, hint, fault, children } = props;
  const id = props.id ?? `f-${name}`;
  const told = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`]),
  ];
  const input = cloneElement(children, {
    id,
    name,
    'aria-describedby': told.length === 0 ? undefined : told.join(' '),
    'aria-invalid': fault === undefined ? undefined : 'true',
  });
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span class="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
      {input}
    </div>
  );
}

/** A list to choose from, with everything as its first choice. */
export function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly empty?: string;
}): VNode {
  const t = useCommon();
  return (
    <Field name={props.name} label={props.label}>
      <select>
        <option value="">{props.empty ?? t('all')}</option>
        {props.options.map(({ value, label }) => (
          <option value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** The six digits of the second factor, asked for on the page of what they are given for. */
export function CodeField({ fault, id }: { fault?: string; id?: string }): VNode {
  const t = useCommon();
  return (
    <Field
      name="code"
      label={t('code')}
      hint={t('code-hint')}
      {...(fault === undefined ? {} : { fault })}
      {...(id === undefined ? {} : { id })}
    >
      <input
        class="code"
        type="text"
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        required
      />
    </Field>
  );
}

/** A form that posts; it sends back what its page showed. */
export function PostForm(props: {
  readonly action: string;
  readonly seen?: Readonly<Record<string, string>>;
  readonly multipart?: boolean;
  /** Changes nothing, and may answer with a file: its buttons stay. */
  readonly again?: boolean;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <form
      class="form"
      method="post"
      action={props.action}
      enctype={props.multipart === true ? 'multipart/form-data' : undefined}
      data-once={props.again === true ? undefined : ''}
    >
      <HiddenToken />
      {Object.entries(props.seen ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {props.children}
    </form>
  );
}

export interface StepOfBar {
  readonly label: string;
  readonly is: 'done' | 'now' | 'next' | 'stopped';
}

/** Where something stands on its way; said with a sign too. */
export function Steps({ label, steps }: { label: string; steps: readonly StepOfBar[] }): VNode {
  const sign = { done: '✓', now: '➜', next: '○', stopped: '✕' } as const;
  return (
    <ol class="steps" aria-label={label}>
      {steps.map((step) => (
        <li class={step.is} aria-current={step.is === 'now' ? 'step' : undefined}>
          <span class="sign" aria-hidden="true">
            {sign[step.is]}
          </span>
          {step.label}
        </li>
      ))}
    </ol>
  );
}
