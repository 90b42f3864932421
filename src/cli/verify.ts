import { once } from 'node:events';
import type { Command } from 'commander';
import { directoriesOf, linkedAccountsOf, namePairs, scopeOf, type House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { both, grouped, type Bilingual } from '../kernel/text.ts';
import { callsOfDay } from '../operations/provider-calls.sql.ts';
import { businessDate } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import { compareNamePairs } from '../verification/compare-name-pairs.flow.ts';
import { crossCheckRuns } from '../verification/cross-check.sql.ts';
import { VERIFICATION_FINDINGS, type FindingCode } from '../verification/findings.ts';
import { linkedCounts, type LinkedCount } from '../verification/linked-account.sql.ts';
import { lookUpLinked } from '../verification/look-up-linked.flow.ts';
import {
  findingCounts,
  proofStates,
  type FindingCount,
  type ProofCount,
} from '../verification/verification.sql.ts';
import { verifyPeriod } from '../verification/verify-period.flow.ts';
import { inputOf, periodOption, print, wholeNumber, withHouse } from './command.ts';

/** Whether people and accounts are who and whose the list says. */
export function verifyCommands(program: Command): void {
  const verify = program
    .command('verify')
    .description('xác minh người, tên và tài khoản / verify people, names and accounts');

  verify
    .command('names')
    .description(
      'so từng cặp họ tên, không cần cơ sở dữ liệu / compare pairs of names, without a database\n\n' +
        'Mỗi cặp một dòng JSON: id, class (same, doubtful, not) và reason; doubtful luôn do người xét.\n' +
        'One JSON line a pair: id, class (same, doubtful, not) and reason; a person decides on doubtful.',
    )
    .summary('so từng cặp họ tên / compare pairs of names')
    .requiredOption('--pairs <file>', 'CSV có cột id, a, b; - là stdin / - for stdin')
    .action(compareFile);

  verify
    .command('payees')
    .description(
      'hỏi và kiểm tra mọi dòng của kỳ / ask about and check every line of a period\n\n' +
        'In số phát hiện theo mã, số lần hỏi, số không phải hỏi lại, số không có trả lời, và mỗi quy ' +
        'tắc đã xem bao nhiêu dòng. Không in tên, số định danh, số tài khoản.\n' +
        'Prints the counts by finding, the requests made, answered from cache and failed, and at how ' +
        'many lines each rule has looked. No name, citizen number or account is printed.',
    )
    .summary('hỏi và kiểm tra mọi dòng của kỳ / ask about and check every line of a period')
    .addOption(periodOption().makeOptionMandatory())
    .action(({ period }: { period: Period }) =>
      withHouse((house, config) => verifyPayees(house, config, period)),
    );

  verify
    .command('linked')
    .description(
      'hỏi tài khoản đã liên kết trên VNeID / ask which accounts people have linked in VNeID\n\n' +
        'Tài khoản khác với sổ thành một đề nghị đổi, chờ người xác nhận. Không in tên, số.\n' +
        'Another account than the register has becomes a proposal, and a person decides.',
    )
    .summary('hỏi tài khoản liên kết VNeID / ask for accounts linked in VNeID')
    .option(
      '--max-age <days>',
      'không hỏi lại trong số ngày này / not asked again within so many days',
      wholeNumber,
      30,
    )
    .action(({ maxAge }: { maxAge: number }) =>
      withHouse((house, config) => verifyLinked(house, config, maxAge)),
    );
}

async function verifyLinked(house: House, config: Config, maxAgeDays: number): Promise<void> {
  const context = house.context({ actor: 'job/linked-accounts' });
  const found = await lookUpLinked(context, linkedAccountsOf(house, config), { maxAgeDays });
  print(
    textTable([
      ['số người được hỏi / asked', grouped(found.asked)],
      ['đã liên kết / linked', grouped(found.linked)],
      ['chưa liên kết / not linked', grouped(found.notLinked)],
      ['không có trả lời / failed', grouped(found.unavailable)],
      ['đề nghị đổi tài khoản / changes proposed', grouped(found.proposed)],
    ]),
  );
  const counts = await linkedCounts(house.db);
  const rows = counts.map(({ state, count }) => [both(LINKED[state]), grouped(count)]);
  print(`\n${textTable([['So với sổ / Against the register', 'Số'], ...rows])}`);
}

const LINKED = {
  same: { vi: 'đúng tài khoản đang chi', en: 'the account that is paid to' },
  other: { vi: 'tài khoản khác', en: 'another account' },
  'not-linked': { vi: 'chưa liên kết', en: 'not linked' },
  'not-asked': { vi: 'chưa hỏi được', en: 'not answered yet' },
} as const satisfies Record<LinkedCount['state'], Bilingual>;

async function verifyPayees(house: House, config: Config, period: Period): Promise<void> {
  const asker = scopeOf(config, period);
  const context = house.context({ actor: 'job/verification' });
  const calls = { made: 0, failed: 0 };
  const directories = directoriesOf(house, config, calls);
  const verified = await verifyPeriod(context, directories, { period, asker });
  print(
    textTable([
      ['câu hỏi / questions', grouped(verified.questions)],
      ['không phải hỏi lại / answered from cache', grouped(verified.reused)],
      ['không có trả lời / not answered', grouped(verified.unknown)],
      ['lượt gọi / requests made', grouped(calls.made)],
      ['lượt gọi lỗi / requests failed', grouped(calls.failed)],
    ]),
  );
  const at = context.clock();
  const today = await callsOfDay(house.db, { day: businessDate(at) });
  const left = today.map((of) => [of.provider, grouped(of.left), grouped(of.agreed)]);
  if (left.length > 0) {
    const head = ['Dịch vụ / Service', 'Còn hỏi được hôm nay / Left today', 'Thỏa thuận / Agreed'];
    print(`\n${textTable([head, ...left])}`);
  }
  const states = await proofStates(house.db, { period, at });
  print(
    `\n${textTable([['Về / About', 'Trạng thái / State', 'Số', 'Đến / Until'], ...states.map(stateRow)])}`,
  );
  const counts = await findingCounts(house.db, { period });
  print(
    `\n${textTable([['Phát hiện / Finding', 'Mức', 'Còn mở / Open', 'Đã đóng / Closed', ''], ...counts.map(findingRow)])}`,
  );
  const runs = await crossCheckRuns(house.db, { period });
  const rows = runs.map(({ code, lines, found }) => [code, grouped(lines), grouped(found)]);
  print(`\n${textTable([['Quy tắc / Rule', 'Số dòng đã xem / Lines', 'Thấy / Found'], ...rows])}`);
}

function stateRow({ subject, state, count, provenUntil }: ProofCount): string[] {
  return [subject, state, grouped(count), provenUntil === null ? '' : businessDate(provenUntil)];
}

function findingRow({ code, severity, open, closed }: FindingCount): string[] {
  const { wrong } = VERIFICATION_FINDINGS[code as FindingCode];
  return [code, severity, grouped(open), grouped(closed), both(wrong)];
}

async function compareFile({ pairs }: { pairs: string }): Promise<void> {
  const counts = await compareNamePairs(namePairs, inputOf(pairs), async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  const { same, doubtful, not } = counts;
  process.stderr.write(
    `${same} giống, ${doubtful} nghi ngờ, ${not} khác / ` +
      `${same} same, ${doubtful} doubtful, ${not} not\n`,
  );
}
