/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { h, type FunctionComponent } from 'preact';
import type { Answer } from './route.ts';

/** A page as an answer: its title, and a component with what it shows. */
export function page<Model extends object>(
  title: string,
  body: FunctionComponent<Model>,
  model: Model,
): Extract<Answer, { kind: 'page' }> {
  return { kind: 'page', page: { title, body: h(body, model), headed: true } };
}
