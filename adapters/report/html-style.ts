/**
 * The look of a report that is opened from disk and printed: one sheet of CSS that needs nothing
 * else. It contains no double quote, ampersand or less-than sign, because the page escapes every
 * text it writes, this one too, and a style element is not unescaped by a reader.
 */
export const REPORT_STYLE = `
:root {
  color-scheme: light;
  --ground: #fbf6ea; --paper: #fffdf8; --ink: #1f1a17; --soft: #665a4f; --line: #e4d8c1;
  --head: #f4e9cd; --red: #8a1216; --gold: #c99a1e; --on-red: #fff6e0; --title: #7a0f13;
  --good: #1b6a36; --bad: #a8141a; --bad-ground: #fdecea;
  --band: #f39200; --on-band: #1f1400; --link: #1d4f91;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 4rem; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 14px/1.4 system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial,
    'DejaVu Sans', sans-serif;
  font-variant-numeric: tabular-nums lining-nums;
}
small { font-size: .82em; font-weight: 400; color: var(--soft); }
a { color: var(--link); }
.bars { display: block; width: 100%; max-width: 44rem; height: auto; margin: .9rem 0 0; font-size: 12px; }
.bars rect { fill: var(--red); }
.bars text { fill: var(--ink); }
.column { max-width: 80rem; margin: 0 auto; padding: 0 1.5rem; }

.band {
  background: var(--band); color: var(--on-band); font-weight: 700; text-align: center;
  padding: .45rem 1rem; letter-spacing: .02em; border-bottom: 1px solid #b86e00;
}
.alarm {
  background: var(--bad-ground); color: var(--ink); border-bottom: 4px solid var(--bad);
  padding: .9rem 0; margin: 0;
}
.alarm h2 { margin: 0 0 .35rem; font-size: 1.2rem; color: var(--bad); border: 0; padding: 0; }
.alarm ul { margin: 0; padding: 0; list-style: none; }
.alarm li { padding: .15rem 0; font-weight: 600; }
.alarm h2 small { font-size: .7em; }
header { background: var(--red); color: var(--on-red); border-bottom: 4px solid var(--gold); }
header .column { padding-top: 1.15rem; padding-bottom: 1.05rem; }
header p { margin: 0; color: #f0cf86; font-size: .8rem; letter-spacing: .08em; }
header h1 { margin: .15rem 0 0; font-size: 1.65rem; line-height: 1.25; text-wrap: balance; }
header h1 small {
  display: block; margin-top: .2rem; font-size: .95rem; color: #f3dcb0; line-height: 1.35;
}

section { margin: 1.5rem 0 0; }
h2 {
  margin: 0 0 .55rem; font-size: 1.12rem; line-height: 1.3; color: var(--title);
  border-left: 4px solid var(--gold); padding-left: .6rem;
}
h2 small { margin-left: .45rem; }
.facts {
  margin: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
  gap: 0 1.75rem; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
  padding: .4rem .9rem;
}
.facts div { padding: .3rem 0; }
.facts dt { color: var(--soft); font-size: .95em; }
.facts dt small::before { content: '· '; }
.facts dd { margin: .05rem 0 0; font-weight: 600; overflow-wrap: anywhere; }
.facts .long { grid-column: 1 / -1; }
.facts .long dd { font: 600 .95em/1.5 ui-monospace, Consolas, 'DejaVu Sans Mono', monospace; }

.verdict { margin: 0 0 .55rem; font-weight: 700; }
.checks {
  margin: 0; padding: 0; list-style: none; background: var(--paper); overflow: hidden;
  border: 1px solid var(--line); border-radius: 4px;
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr));
}
.checks li {
  display: grid; grid-template-columns: 7rem 1fr; gap: .5rem; padding: .38rem .9rem;
  border-bottom: 1px solid var(--line); margin-bottom: -1px; align-items: baseline;
}
.checks small { display: block; }
.checks b small { color: inherit; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.checks li.failed { background: var(--bad-ground); }
.contents { margin: 0; padding: 0; list-style: none; columns: 2 24rem; column-gap: 1.75rem; }
.contents li { padding: .14rem 0; break-inside: avoid; }

/* Clip, unlike auto, makes no scroll box, in which a sticky head would stick to nothing. */
.frame {
  overflow-x: clip; background: var(--paper); border: 1px solid var(--line); border-radius: 4px;
}
table { border-collapse: separate; border-spacing: 0; width: 100%; }
th, td { padding: .34rem .7rem; text-align: left; vertical-align: baseline; font-weight: 400; }
tbody th, tbody td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tbody tr:last-child th, tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--head); }
tbody small { display: block; }
.whole { white-space: nowrap; }
thead th {
  position: sticky; top: 0; z-index: 1; background: var(--head); font-weight: 700;
  vertical-align: bottom; border-bottom: 2px solid var(--gold); line-height: 1.25;
}
thead small { display: block; margin-top: .1rem; }
thead .unit { font-weight: 400; white-space: nowrap; }
.figure { text-align: right; }
td.figure, tfoot .figure { white-space: nowrap; overflow-wrap: normal; }
tfoot th, tfoot td {
  font-weight: 700; background: var(--head); border-top: 2px solid var(--red);
}
.empty { color: var(--soft); text-align: center; padding: .9rem; }
.note { margin: .45rem 0 0; color: var(--soft); max-width: 60rem; }
.note small { display: block; }
footer {
  margin: 2rem 0 0; padding: .8rem 0 2rem; color: var(--soft); text-align: center;
}
footer::before {
  content: ''; display: block; width: 7rem; margin: 0 auto .7rem; border-top: 2px solid var(--gold);
}

@media screen and (min-width: 60rem) {
  .tables { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.75rem; }
  .tables .wide { grid-column: 1 / -1; }
  .band { position: sticky; top: 0; z-index: 2; }
  .band ~ main thead th { top: 2.2rem; }
}

@media screen and (max-width: 45rem) {
  .column { padding: 0 .8rem; }
  .band, .alarm { text-align: left; }
  header h1 { font-size: 1.3rem; }
  h2 small { display: block; margin: .1rem 0 0; }
  .facts, .checks { grid-template-columns: 1fr; }
  .facts { padding: .25rem .75rem; }
  .checks li { grid-template-columns: 6.4rem 1fr; padding: .38rem .75rem; }
  .narrow th, .narrow td { padding: .34rem .5rem; }
  /* A wide table becomes one block a row, each figure beside its heading: no sideways scrolling. */
  .wide table, .wide tbody, .wide tfoot, .wide tr, .wide tbody th, .wide tbody td,
  .wide tfoot th, .wide tfoot td { display: block; border: 0; }
  .wide thead {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }
  .wide tbody th, .wide tfoot th { font-weight: 700; padding: .5rem .75rem .15rem; }
  .wide tbody td, .wide tfoot td {
    display: flex; justify-content: space-between; gap: 1rem; padding: .12rem .75rem;
    text-align: right;
  }
  .wide td[data-label]::before {
    content: attr(data-label); color: var(--soft); font-weight: 400; text-align: left;
    white-space: normal;
  }
  .wide td.blank { display: none; }
  .wide tr { padding-bottom: .45rem; border-bottom: 1px solid var(--line); }
  .wide tfoot tr { border-bottom: 0; border-top: 3px solid var(--red); background: var(--head); }
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #16120e; --paper: #1e1914; --ink: #efe6d8; --soft: #b9ab98; --line: #3b3228;
    --head: #2b231a; --red: #6d0f13; --gold: #c99a1e; --on-red: #fff1d6; --title: #f0c36a;
    --good: #7fd396; --bad: #ff8f86; --bad-ground: #34110f;
    --band: #f39200; --link: #9cc3ff;
  }
}

@media print {
  @page { size: A4; margin: 18mm 12mm 16mm; }
  @page sheet { size: A4 landscape; }
  @page {
    @bottom-right {
      content: 'Trang ' counter(page) '/' counter(pages); font: 8pt system-ui, sans-serif;
    }
  }
  :root { --ground: #fff; --paper: #fff; --link: inherit; }
  body { font-size: 9pt; line-height: 1.3; }
  .band, header, thead th, tfoot th, tfoot td, .alarm {
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }
  .column { max-width: none; padding: 0 1mm; }
  header .column { padding: 3mm 4mm; }
  header h1 { font-size: 15pt; }
  .alarm .column { padding: 0 4mm; }
  .contents-block { display: none; }
  h2 { break-after: avoid; font-size: 11pt; }
  section { margin-top: 5mm; }
  .facts div, .checks li, tr, .note { break-inside: avoid; }
  .facts { grid-template-columns: 1fr 1fr; }
  .checks { grid-template-columns: 1fr; }
  .frame { overflow: visible; border-radius: 0; }
  .broad { page: sheet; }
  .short { break-inside: avoid; }
  thead th { position: static; }
  th, td { padding: 1mm 1.6mm; }
  tbody tr:hover { background: none; }
  /* A footer group would repeat the grand total at the foot of every sheet. */
  tfoot { display: table-row-group; break-inside: avoid; }
  footer { break-inside: avoid; break-before: avoid; padding-bottom: 0; }
}
`;

/**
 * The rule that repeats the banner in the upper margin of every printed sheet, so that no single
 * sheet can pass for a real report. The text is written as code points: none of it is read as CSS.
 */
export function bannerOnEverySheet(banner: string): string {
  const escaped = Array.from(banner, (letter) => `\\${(letter.codePointAt(0) ?? 0).toString(16)} `);
  return `
@media print {
  @page {
    @top-center {
      content: '${escaped.join('')}'; background: #f39200; color: #1f1400;
      font: 700 9pt system-ui, sans-serif; width: 100%; margin: 5mm 0 6mm; text-align: center; print-color-adjust: exact;
    }
  }
  /* The first sheet has the band of the page itself, also where a browser has no margin boxes. */
  @page :first { @top-center { content: none; background: none; } }
}
`;
}
