import { randomUUID } from 'node:crypto';
import type { AccountDirectory } from '../../src/verification/account-directory.port.ts';
import { boundedClient, type CallLimits } from '../http/bounded-client.ts';
import { ACCOUNTS_IN_A_MESSAGE, acmtRequest, readAcmtReport, REPORT_LIMITS } from './acmt.ts';
import { askedInCalls } from './in-calls.ts';

export interface AcmtHttpOptions extends CallLimits {
  readonly url: string;
  /** Who asks and who is asked, as the clearing knows them. */
  readonly assigner: string;
  readonly assignee: string;
  readonly clock: () => Date;
}

/** acmt.023 out and acmt.024 back, over HTTP, up to 500 accounts in a message. */
export function acmtOverHttp(options: AcmtHttpOptions): AccountDirectory {
  const {
    url,
    assigner,
    assignee,
    clock,
    concurrency = 4,
    timeoutMs = 30_000,
    ...limits
  } = options;
  const post = boundedClient({
    ...limits,
    url,
    headers: { 'content-type': 'application/xml; charset=utf-8', accept: 'application/xml' },
    answerType: 'application/xml',
    timeoutMs,
    maxAnswerBytes: REPORT_LIMITS.maxBytes,
    concurrency,
  });
  return askedInCalls(
    { accountsInACall: ACCOUNTS_IN_A_MESSAGE, concurrency },
    async (questions) => {
      const messageId = randomUUID().replaceAll('-', '');
      const request = { messageId, createdAt: clock(), assigner, assignee };
      return readAcmtReport(await post(acmtRequest(request, questions)), messageId, questions);
    },
  );
}
