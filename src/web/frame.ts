import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Permission } from '../access/permission.ts';
import type { Bilingual } from '../kernel/text.ts';
import { COMMON } from './frame.text.ts';
import type { MenuEntry } from './menu.ts';
import type { Language, Theme } from './route.ts';
import { ASSETS } from './assets.ts';
import type { OpenContext } from './route.ts';
import type { Agency, Web } from './web.ts';
import { saying, type Say, type Texts } from './words.ts';

/** What a page is told about who looks at it, and how: nothing of what it is about. */
export interface Frame {
  readonly lang: Language;
  readonly theme: Theme;
  /** Path and query of the page, so that a switch keeps it. */
  readonly here: string;
  readonly now: Date;
  readonly sandbox: boolean;
  readonly agency: Agency;
  /** Who has signed in; null before that. */
  readonly person: { readonly id: string; readonly fullName: string } | null;
  /** What a form has to send back so that no other site can send it. */
  readonly formToken: string;
  readonly may: (permission: Permission) => boolean;
  /** The same in the whole province: what is kept for all of it is not shown to a commune. */
  readonly mayInProvince: (permission: Permission) => boolean;
  /** How much waits for this person, by entry of the menu. */
  readonly inbox: Readonly<Partial<Record<MenuEntry, bigint>>>;
  /** Where the sheet and the script lie, with the hash of their bytes in the name. */
  readonly assets: { readonly style: string; readonly script: string; readonly mark: string };
}

/** What a page is told of a request; before somebody is known there is no context of theirs. */
export type Looking = Pick<OpenContext, 'language' | 'theme' | 'formToken' | 'here'> &
  Partial<Pick<OpenContext, 'person' | 'may' | 'mayInProvince'>>;

const NOTHING = (): boolean => false;

/** The frame of a page for one request. */
export function frameOf(web: Web, looking: Looking, inbox: Frame['inbox'] = {}): Frame {
  const {
    person = null,
    may = NOTHING,
    mayInProvince = NOTHING,
    language,
    theme,
    formToken,
    here,
  } = looking;
  const hasBoth = person !== null && person.factors === 2;
  return {
    lang: language,
    theme,
    here,
    now: web.contextOf('web').clock(),
    sandbox: web.sandbox,
    agency: web.agency,
    person: person === null ? null : { id: person.personId, fullName: person.fullName },
    formToken,
    may: (permission) => hasBoth && may(permission),
    mayInProvince: (permission) => hasBoth && mayInProvince(permission),
    inbox,
    assets: ASSETS,
  };
}

const FrameContext = createContext<Frame | undefined>(undefined);
export const FrameProvider = FrameContext.Provider;

/** The frame of the page that is being rendered. */
export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (frame === undefined) throw new Error('a component is rendered outside of a page');
  return frame;
}

/** The words of a dictionary in the language of the page. */
export function useWords<const Dictionary extends Texts>(dictionary: Dictionary): Say<Dictionary> {
  return saying(dictionary, useFrame().lang);
}

/** The words that stand on every page. */
export function useCommon(): Say<typeof COMMON> {
  return useWords(COMMON);
}

/** A text of a rule or a table in the language of the page. */
export function useText(): (text: Bilingual) => string {
  const { lang } = useFrame();
  return (text) => text[lang];
}
