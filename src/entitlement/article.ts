import type { Bilingual } from '../kernel/text.ts';

/**
 * An article as people cite it. It is stored as "20/2021/ND-CP art. 5(6), 6(1)(e)"; in Vietnamese the
 * point comes first: "khoản 6 Điều 5, điểm e khoản 1 Điều 6 Nghị định 20/2021/NĐ-CP". Several documents
 * are separated by a semicolon. What is written in another way is left as it stands.
 */
export function articleWords(cited: string): Bilingual {
  return { vi: cited.split('; ').map(inVietnamese).join('; '), en: cited };
}

function inVietnamese(cited: string): string {
  const [document = '', articles] = cited.split(' art. ');
  const named = documentInVietnamese(document);
  if (articles === undefined) return named;
  return `${articles.split(', ').map(placeInVietnamese).join(', ')} ${named}`;
}

const KINDS: readonly (readonly [ending: RegExp, kind: string])[] = [
  [/\/NĐ-CP$/, 'Nghị định'],
  [/\/TT-BLĐTBXH$/, 'Thông tư'],
  [/\/QH\d+$/, 'Luật'],
];

function documentInVietnamese(document: string): string {
  // Numbers of documents are stored in plain letters.
  const number = document.replace(/ND-CP$/, 'NĐ-CP').replace(/TT-BLDTBXH$/, 'TT-BLĐTBXH');
  const kind = KINDS.find(([ending]) => ending.test(number))?.[1];
  return kind === undefined ? number : `${kind} ${number}`;
}

/** 6(1)(e) as điểm e khoản 1 Điều 6. */
function placeInVietnamese(place: string): string {
  const parts = /^(\d+)(?:\((\d+)\))?(?:\((\p{L})\))?$/u.exec(place);
  if (parts === null) return place;
  const [, article, paragraph, point] = parts;
  return [
    point === undefined ? '' : `điểm ${point} `,
    paragraph === undefined ? '' : `khoản ${paragraph} `,
    `Điều ${article ?? ''}`,
  ].join('');
}
