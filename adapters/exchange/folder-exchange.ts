import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../../src/kernel/refusal.ts';

export interface FolderExchange {
  /** Holds out, where questions are laid, and in, where the other side lays its answers. */
  readonly folder: string;
  /** How long an answer is waited for, and how often it is looked for. */
  readonly patienceMs: number;
  readonly pauseMs: number;
}

/**
 * Lays a question and waits for its answer. A question that lies there, or was answered, is not laid
 * again: after a crash the same question must have the same name. Throws Refusal('counterpart-silent')
 * when no answer came in time and Refusal('answer-malformed') when it is too large.
 */
export async function exchanged(
  { folder, patienceMs, pauseMs }: FolderExchange,
  file: { question: string; answer: string; content: () => string; maxAnswerBytes: number },
): Promise<Buffer> {
  const [question, answer] = [join(folder, 'out', file.question), join(folder, 'in', file.answer)];
  await mkdir(join(folder, 'out'), { recursive: true });
  await mkdir(join(folder, 'in'), { recursive: true });
  if (!(await exists(question)) && !(await exists(answer))) {
    // Whoever takes files away must never see half of one.
    await writeFile(`${question}.tmp`, file.content(), { flush: true });
    await rename(`${question}.tmp`, question);
  }
  const deadline = performance.now() + patienceMs;
  while (!(await exists(answer))) {
    if (performance.now() >= deadline) {
      throw new Refusal('counterpart-silent', { reason: 'no-answer-file' });
    }
    await pause(pauseMs);
  }
  const { size } = await stat(answer);
  if (size > file.maxAnswerBytes) throw new Refusal('answer-malformed', { rule: 'too-large' });
  return readFile(answer);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
