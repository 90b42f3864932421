import { compareNames, type NameClass } from './name-match.ts';
import type { NamePairs } from './name-pairs.port.ts';

/**
 * Compares pairs of names and answers each with its class and the reason, one JSON object a line, in
 * the order of the pairs and without a database. Neither name is repeated. Each chunk of answers is
 * put before the next is read, so that memory does not grow with the file.
 */
export async function compareNamePairs(
  pairs: NamePairs,
  content: AsyncIterable<Buffer>,
  put: (text: string) => Promise<void>,
): Promise<Readonly<Record<NameClass, number>>> {
  const counts = { same: 0, doubtful: 0, not: 0 };
  for await (const chunk of pairs.read(content)) {
    let text = '';
    for (const { id, a, b } of chunk) {
      const { class: is, reason } = compareNames(a, b);
      counts[is] += 1;
      text += `${JSON.stringify({ id, class: is, reason })}\n`;
    }
    await put(text);
  }
  return counts;
}
