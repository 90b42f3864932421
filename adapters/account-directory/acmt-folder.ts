import { hash } from 'node:crypto';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import type { AccountQuestion } from '../../src/verification/evidence.ts';
import { exchanged, type FolderExchange } from '../exchange/folder-exchange.ts';
import { ACCOUNTS_IN_A_MESSAGE, acmtRequest, readAcmtReport, REPORT_LIMITS } from './acmt.ts';
import { askedInCalls } from './in-calls.ts';

export interface AcmtFolderOptions extends FolderExchange {
  readonly assigner: string;
  readonly assignee: string;
  readonly clock: () => Date;
}

/**
 * acmt.023 laid in a folder and acmt.024 taken from it, as MSGID.acmt.023.xml and MSGID.acmt.024.xml.
 * The message id is a hash of what is asked, so that after a crash the same questions are the same
 * file. What is not answered in time is 'unavailable'.
 */
export function acmtInFolder(options: AcmtFolderOptions): AccountDirectory {
  const { assigner, assignee, clock } = options;
  return askedInCalls(
    { accountsInACall: ACCOUNTS_IN_A_MESSAGE, concurrency: 4 },
    async (questions) => {
      const messageId = messageIdOf(questions);
      const request = { messageId, createdAt: clock(), assigner, assignee };
      const bytes = await exchanged(options, {
        question: `${messageId}.acmt.023.xml`,
        answer: `${messageId}.acmt.024.xml`,
        content: () => acmtRequest(request, questions),
        maxAnswerBytes: REPORT_LIMITS.maxBytes,
      });
      return readAcmtReport(bytes, messageId, questions);
    },
  );
}

function messageIdOf(questions: readonly AccountQuestion[]): string {
  const rows = questions.map((one) => [
    one.requestId,
    one.bankBin,
    one.accountNumber,
    one.citizenNumber,
    one.holderName,
  ]);
  return `AS${hash('sha256', JSON.stringify(rows)).slice(0, 32).toUpperCase()}`;
}
