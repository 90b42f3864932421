import { InvalidArgumentError, Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import type { Period } from '../kernel/period.ts';
import { grouped } from '../kernel/text.ts';
import { required } from '../platform/config.ts';
import { textTable } from '../platform/terminal.ts';
import { measureQuality, setTarget, signCleaned } from '../report/measure-quality.flow.ts';
import {
  keptShare,
  percentText,
  QUALITY_RULES,
  QUALITY_WORDS,
  type QualityRuleName,
  type QualityWord,
} from '../report/quality.ts';
import { qualityFigures, qualityWorklist, targetResults } from '../report/quality.sql.ts';
import { filled, periodOption, print, wholeNumber, withHouse } from './command.ts';

const WORDS = Object.keys(QUALITY_WORDS) as QualityWord[];
const RULES = Object.keys(QUALITY_RULES) as QualityRuleName[];

interface QualityCommand {
  readonly period: Period;
  readonly unit?: string;
  readonly programme?: string;
}

/** How good the register is, by the four words, and the records behind each number. */
export function qualityCommands(program: Command): void {
  const quality = program
    .command('quality')
    .description('dữ liệu đúng, đủ, sạch, sống / right, complete, clean, live');
  scoped(quality.command('measure', { isDefault: true }))
    .description('đếm và in các tiêu chí của một kỳ / count and show the rules of a month')
    .addOption(periodOption().makeOptionMandatory())
    .action((options: QualityCommand) =>
      withHouse(async (house, config) => {
        const { PROVINCE_CODE: provinceCode } = required(config, ['PROVINCE_CODE'], 'quality');
        const context = house.context({ actor: 'job/quality' });
        await measureQuality(context, { period: options.period, provinceCode });
        await showQuality(house, options);
      }),
    );
  scoped(quality.command('worklist'))
    .description('các hồ sơ chưa đạt một tiêu chí / the records that break a rule')
    .addOption(ruleOption())
    .option('--most <n>', 'nhiều nhất / at most', wholeNumber, 100)
    .action((options: Omit<QualityCommand, 'period'> & { rule: QualityRuleName; most: number }) =>
      withHouse((house) => showWorklist(house, options)),
    );
  targetCommand(quality);
  signCommand(quality);
}

function scoped(command: Command): Command {
  return command
    .option('--unit <code>', 'mã xã / a commune')
    .option('--programme <name>', 'chương trình / a programme');
}

function ruleOption(): Option {
  return new Option('--rule <rule>', 'tiêu chí / rule').choices(RULES).makeOptionMandatory();
}

interface TargetCommand {
  readonly period: Period;
  readonly unit: string;
  readonly word: QualityWord;
  readonly percent: string;
  readonly levels: number;
  readonly head: string;
  readonly by: string;
}

function targetCommand(quality: Command): void {
  quality
    .command('target')
    .description('giao chỉ tiêu tháng cho một đơn vị / set what a unit is to reach in a month')
    .addOption(periodOption().makeOptionMandatory())
    .requiredOption('--unit <code>', 'mã xã hoặc mã tỉnh / a commune or the province')
    .addOption(new Option('--word <word>', 'tiêu chí lớn').choices(WORDS).makeOptionMandatory())
    .requiredOption('--percent <n>', 'phần trăm, như 99.5 / per cent', percent)
    .option('--levels <n>', 'số cấp ký xác nhận / levels of sign-off', wholeNumber, 1)
    .requiredOption('--head <person>', 'người đứng đầu chịu trách nhiệm / who answers for it')
    .requiredOption('--by <person>', 'người giao / who sets it')
    .action(({ unit, by, ...target }: TargetCommand) =>
      withHouse(async (house) => {
        await setTarget(house.context({ actor: by }), { ...target, unitCode: unit });
        print('đã giao / set');
      }),
    );
}

interface SignCommand {
  readonly rule: QualityRuleName;
  readonly programme: string;
  readonly document: string;
  readonly by: string;
}

function signCommand(quality: Command): void {
  quality
    .command('sign')
    .description('ký xác nhận một hồ sơ đã làm sạch, cấp kế tiếp / sign a cleaned record')
    .argument('<id>', 'số người thụ hưởng / recipient number', (text) => BigInt(wholeNumber(text)))
    .addOption(ruleOption())
    .requiredOption('--programme <name>', 'chương trình / programme')
    .requiredOption('--document <text>', 'căn cứ / the document', filled)
    .requiredOption('--by <person>', 'người ký / who signs')
    .action((recipientId: bigint, { by, ...rest }: SignCommand) =>
      withHouse(async (house) => {
        const level = await signCleaned(house.context({ actor: by }), { recipientId, ...rest });
        print(`cấp ${level} / level ${level}`);
      }),
    );
}

function percent(text: string): string {
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(text)) throw new InvalidArgumentError('99.5');
  return text;
}

async function showQuality({ db }: House, options: QualityCommand): Promise<void> {
  const { period, unit: communeCode = null, programme = null } = options;
  const figures = await qualityFigures(db, { period, communeCode, programme });
  const head = ['', 'Tiêu chí / rule', 'Đạt', 'Hỏi', 'Tỷ lệ', 'Làm sạch', 'Đã ký'];
  const rows = WORDS.flatMap((word) =>
    figures
      .filter(({ rule }) => QUALITY_RULES[rule].word === word)
      .map((figure) => [
        QUALITY_WORDS[word].vi,
        QUALITY_RULES[figure.rule].says.vi,
        grouped(figure.checked - figure.failed),
        grouped(figure.checked),
        percentText(keptShare(figure)),
        grouped(figure.cleaned),
        grouped(figure.signed),
      ]),
  );
  print(textTable([head, ...rows]));
  const targets = await targetResults(db, { period });
  if (targets.length === 0) return;
  print('\nCHỈ TIÊU / TARGETS');
  print(
    textTable(
      targets.map((target) => [
        target.unitCode,
        QUALITY_WORDS[target.word].vi,
        `≥ ${target.percent.replace('.', ',')} %`,
        percentText(keptShare(target)),
        target.head,
      ]),
    ),
  );
}

async function showWorklist(
  { db }: House,
  options: Omit<QualityCommand, 'period'> & { rule: QualityRuleName; most: number },
): Promise<void> {
  const { unit: communeCode = null, programme = null, rule, most: atMost } = options;
  const gaps = await qualityWorklist(db, { rule, communeCode, programme, atMost });
  const rows = gaps.map((gap) => [
    String(gap.recipientId),
    gap.programme,
    gap.communeCode,
    `từ / since ${gap.sincePeriod}`,
  ]);
  print(textTable(rows));
}
