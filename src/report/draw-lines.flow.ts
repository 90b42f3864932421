import { maskedNumber } from '../kernel/mask.ts';
import { dayMonthYear, plainDate, type Period } from '../kernel/period.ts';
import { PROGRAMME_NAMES } from '../kernel/reference.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { Context } from '../platform/context.ts';
import { copyOut } from '../platform/copy.ts';
import { snapshot } from '../platform/db.ts';
import { fileReport } from './file-report.flow.ts';
import { notPaidName, openName, OUTCOME_NAMES } from './month-words.ts';
import { batchHeads } from './report.sql.ts';
import { LINES_OF_MONTH } from './payment-list.sql.ts';
import type { LinesHead, LinesWriter } from './report-writer.port.ts';

const NAMES: Readonly<Record<string, Bilingual>> = PROGRAMME_NAMES;

const HEAD: Omit<LinesHead, 'name'> = {
  columns: [
    { title: { vi: 'Mã tham chiếu', en: 'Reference' }, width: 20 },
    { title: { vi: 'Đợt', en: 'Batch' }, width: 24 },
    { title: { vi: 'Chương trình', en: 'Programme' }, width: 28 },
    { title: { vi: 'Mã xã', en: 'Commune' }, width: 10 },
    { title: { vi: 'Người nhận', en: 'Payee' }, width: 28 },
    { title: { vi: 'Số định danh', en: 'Citizen number' }, width: 16 },
    { title: { vi: 'Mã ngân hàng', en: 'Bank' }, width: 12 },
    { title: { vi: 'Số tài khoản', en: 'Account' }, width: 18 },
    { title: { vi: 'Số tiền (đồng)', en: 'Amount' }, width: 16 },
    { title: { vi: 'Kết quả', en: 'Outcome' }, width: 40 },
    { title: { vi: 'Ngày', en: 'Day' }, width: 12 },
  ],
};

/**
 * Writes every payment of a month's batches with what became of it, while the rows come by, and files it. All of
 * the money is added up on the way: ties says whether it is what was signed. Numbers are masked.
 */
export async function drawLines(
  context: Context,
  writer: LinesWriter,
  { period, provinceCode }: { period: Period; provinceCode: string },
): Promise<{ name: string; path: string; count: bigint; totalVnd: bigint; ties: boolean }> {
  const name = `an-sinh-${provinceCode}-${period}-tung-lenh.${writer.extension}`;
  const drawn = { count: 0n, totalVnd: 0n };
  const { file, signed } = await snapshot(context.db, async (picture) => {
    const heads = await batchHeads(picture, { period });
    async function* lines(): AsyncGenerator<readonly (string | bigint)[]> {
      for await (const rows of copyOut(picture, LINES_OF_MONTH, { period })) {
        for (const row of rows) {
          const amountVnd = BigInt(row[8] ?? '0');
          drawn.count += 1n;
          drawn.totalVnd += amountVnd;
          yield lineOf(row, amountVnd);
        }
      }
    }
    return {
      file: await context.archive.put(writer.write({ ...HEAD, name: period }, lines())),
      signed: heads.filter(({ state }) => state !== 'withdrawn'),
    };
  });
  await fileReport(context, { name, ...file });
  const ties =
    drawn.count === signed.reduce((all, { instructionCount }) => all + instructionCount, 0n) &&
    drawn.totalVnd === signed.reduce((all, { totalVnd }) => all + totalVnd, 0n);
  return { name, path: file.path, ...drawn, ties };
}

function lineOf(row: readonly (string | null)[], amountVnd: bigint): (string | bigint)[] {
  const values = row.map((value) => value ?? '');
  // In the order of LINES_OF_MONTH.
  const [reference, batch, programme, commune, payee] = values as [string, ...string[]];
  const [number, bank, account, , outcome, reason, bookedOn] = values.slice(5) as Tail;
  return [
    reference,
    ...[batch, NAMES[programme ?? '']?.vi ?? programme, commune, payee].map((text) => text ?? ''),
    maskedNumber(number),
    bank,
    maskedNumber(account),
    amountVnd,
    saidOf(outcome, reason),
    bookedOn === '' ? '' : dayMonthYear(plainDate(bookedOn)),
  ];
}

type Tail = [string, string, string, string, string, string, string];

function saidOf(outcome: string, reason: string): string {
  if (outcome === 'settled') return OUTCOME_NAMES.settled.vi;
  return outcome === 'open' ? openName().vi : notPaidName(`${outcome}: ${reason}`).vi;
}
