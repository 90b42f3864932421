import { once } from 'node:events';
import { Option, type Command } from 'commander';
import { caseDesk, type House } from '../compose.ts';
import { assessCases } from '../entitlement/assess-cases.flow.ts';
import { explainAssessments } from '../entitlement/explain-assessment.flow.ts';
import type { Explanation } from '../entitlement/explanation.ts';
import type { Period } from '../kernel/period.ts';
import { inputOf, periodOption, print, wholeNumber, withHouse } from './command.ts';

/** What the law gives, and why. */
export function lawCommands(program: Command): void {
  program
    .command('assess')
    .description('xét từng trường hợp theo luật / assess cases by the law, without a database')
    .requiredOption('--cases <file>', 'NDJSON, mỗi dòng một trường hợp; - là stdin / - for stdin')
    .action(assessFile);

  program
    .command('explain')
    .description(
      'vì sao một người được hưởng bao nhiêu / why one recipient gets what they get\n\n' +
        'Từng tháng: diện hưởng, phép tính, căn cứ; tổng; phần không tính và lý do. Chỉ đọc kết quả ' +
        'đã lưu và tính lại từng phép tính; không hiện tên và số định danh.\n' +
        'Month by month: ground, arithmetic, articles; the sum; what was set aside and why. It reads the ' +
        'stored assessment alone and computes each step again; no name and no citizen number is shown.',
    )
    .summary('vì sao một người được hưởng bao nhiêu / why one recipient gets what they get')
    .addOption(
      new Option('--recipient <id>', 'số người thụ hưởng / recipient number')
        .argParser((text) => BigInt(wholeNumber(text)))
        .makeOptionMandatory(),
    )
    .addOption(periodOption().makeOptionMandatory())
    .option('--json', 'in JSON thay vì văn bản / JSON in place of text')
    .action((options: ExplainCommand) => withHouse((house) => explainOne(house, options)));
}

/** Answers a file of cases. Exit 1 when a line could not be judged; the others are answered. */
async function assessFile({ cases }: { cases: string }): Promise<void> {
  const { assessed, faulty } = await assessCases(caseDesk, inputOf(cases), async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  });
  process.stderr.write(
    `${assessed} xét được, ${faulty} lỗi / ${assessed} assessed, ${faulty} faulty\n`,
  );
  if (faulty > 0) process.exitCode = 1;
}

interface ExplainCommand {
  readonly recipient: bigint;
  readonly period: Period;
  readonly json?: true;
}

async function explainOne({ db }: House, options: ExplainCommand): Promise<void> {
  const { recipient: recipientId, period, json } = options;
  const explanations = await explainAssessments(db, { recipientId, period });
  if (json === true) print(JSON.stringify(explanations, null, 2));
  else print(explanations.map(explanationText).join('\n\n'));
}

/** The whole in Vietnamese, then the whole in English. */
function explanationText({ title, paragraphs }: Explanation): string {
  const inOne = (language: 'vi' | 'en'): string =>
    [
      title[language],
      ...paragraphs.map(({ heading, lines }) =>
        [heading[language], ...lines.map((line) => `  ${line[language]}`)].join('\n'),
      ),
    ].join('\n');
  return `${inOne('vi')}\n\n${inOne('en')}`;
}
