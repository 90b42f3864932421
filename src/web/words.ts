import type { Bilingual } from '../kernel/text.ts';
import type { Language } from './route.ts';

export type Texts = Readonly<Record<string, Bilingual>>;

/** The names in braces of a text: '{count} dòng' has count. */
type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

type Facts<Text extends string> = [Places<Text>] extends [never]
  ? []
  : [facts: Readonly<Record<Places<Text>, string | number | bigint>>];

/** Says a text of a dictionary by its key; a text with places asks for what stands in them. */
export type Say<Dictionary extends Texts> = <Key extends keyof Dictionary & string>(
  key: Key,
  ...facts: Facts<Dictionary[Key]['vi']>
) => string;

/** The words of a dictionary in one language. A key that is not there does not compile. */
export function saying<const Dictionary extends Texts>(
  dictionary: Dictionary,
  lang: Language,
): Say<Dictionary> {
  return (key, ...facts) => {
    const text = dictionary[key]?.[lang] ?? key;
    const [named] = facts as [Readonly<Record<string, string | number | bigint>>?];
    return named === undefined
      ? text
      : text.replace(/\{(\w+)\}/g, (place, name: string) => String(named[name] ?? place));
  };
}
