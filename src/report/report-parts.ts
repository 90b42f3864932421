import { amountInWords } from '../kernel/amount-in-words.ts';
import { vnd as dong } from '../kernel/money.ts';
import type { Period, PlainDate } from '../kernel/period.ts';
import { grouped, type Bilingual } from '../kernel/text.ts';
import type { Cell, MonthReport, ReportTable } from './month-report.ts';

// What every report is put together from: columns, totals, facts and the head.

export type Column = ReportTable['columns'][number];

/** Columns of words, of numbers of things, of amounts in dong, and of shares. */
export const text = (vi: string, en: string): Column => ({ kind: 'text', title: { vi, en } });
export const count = (vi: string, en: string): Column => ({ kind: 'count', title: { vi, en } });
export const vnd = (vi: string, en: string): Column => ({ kind: 'vnd', title: { vi, en } });
export const share = (vi: string, en: string): Column => ({ kind: 'share', title: { vi, en } });

export const TOTAL: Cell = { label: { vi: 'Tổng cộng', en: 'Total' } };
export const EMPTY: Cell = { text: '' };

/** One figure of all rows added up. */
export function sum<Row>(rows: readonly Row[], of: (row: Row) => bigint): bigint {
  return rows.reduce((all, row) => all + of(row), 0n);
}

/** A month as people here write it. */
export function monthText(of: Period): string {
  return `${of.slice(5)}/${of.slice(0, 4)}`;
}

/** Something said once above the tables. */
export function fact(vi: string, en: string, value: string): { label: Bilingual; value: string } {
  return { label: { vi, en }, value };
}

/** What a list is of: the month, and the commune or the whole province. */
export function scopeFacts(of: {
  readonly period: Period;
  readonly commune: string | null;
}): MonthReport['facts'] {
  return [
    fact('Kỳ chi trả', 'Period', monthText(of.period)),
    fact('Xã, phường', 'Commune', of.commune ?? 'Toàn tỉnh'),
  ];
}

/** Something said of the drawing itself, which makes no other report of the same figures. */
export function drawnFact(vi: string, en: string, value: string): MonthReport['facts'][number] {
  return { ...fact(vi, en, value), ofDrawing: true };
}

/** A total in figures and in words, as vouchers have it. */
export function inWords(
  vi: string,
  en: string,
  amount: bigint,
): { label: Bilingual; value: string } {
  return fact(vi, en, `${grouped(amount)} đồng (${amountInWords(dong(amount))})`);
}

/** 30/2020/ND-CP appendix I: the agency above, ours below, the place without its kind. */
export function letterhead(of: {
  province: string;
  agency: string;
  on: PlainDate;
}): MonthReport['letterhead'] {
  const { province, agency, on } = of;
  const place = province.replace(/^(Tỉnh|Thành phố) /i, '');
  const kind = /^thành phố/i.test(province) ? 'thành phố' : 'tỉnh';
  return { authority: `UBND ${kind} ${place}`, agency, place, on, number: '          /BC' };
}
