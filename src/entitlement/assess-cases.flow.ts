import { assessCase } from './assess-case.ts';
import { checkDeathsKnown } from './case-facts.ts';
import { CaseFault } from './case.ts';
import type { CaseFormat, CaseLine } from './cases.port.ts';
import { lawOf, type Law } from './law-book.ts';
import type { LawFiles } from './law-files.port.ts';

/**
 * Assesses a file of cases by the law of the reference files, line by line and in their order, without
 * a database. A line that cannot be judged is answered with its fault, and the rest go on. Each chunk
 * of answers is put before the next is read, so that memory does not grow with the file.
 */
export async function assessCases(
  { files, format }: { files: LawFiles; format: CaseFormat },
  content: AsyncIterable<Buffer>,
  put: (text: string) => Promise<void>,
): Promise<{ readonly assessed: number; readonly faulty: number }> {
  const law = lawOf(await files.read());
  let assessed = 0;
  let faulty = 0;
  for await (const chunk of format.read(content)) {
    let text = '';
    for (const line of chunk) {
      const answer = answered(line, { law, format });
      text += answer.text;
      if (answer.isFault) faulty += 1;
      else assessed += 1;
    }
    await put(text);
  }
  return { assessed, faulty };
}

function answered(
  line: CaseLine,
  { law, format }: { law: Law; format: CaseFormat },
): { text: string; isFault: boolean } {
  const { lineNo } = line;
  if (line.one === null) {
    return { text: format.fault({ lineNo, id: line.id, fault: line.fault }), isFault: true };
  }
  try {
    checkDeathsKnown(line.one);
    return { text: format.result(assessCase(line.one, law)), isFault: false };
  } catch (error) {
    // Anything else is a bug, and stops the run.
    if (!(error instanceof CaseFault)) throw error;
    return { text: format.fault({ lineNo, id: line.one.id, fault: error }), isFault: true };
  }
}
