import { request } from 'undici';
import type { AlarmChannel } from '../../src/operations/alarm-channel.port.ts';
import { ALARMS } from '../../src/operations/alarm.ts';

const PATIENCE_MS = 20_000;

/** Posts alarms as JSON. Only an answer 2xx counts as taken; no redirect is followed. */
export function webhookChannel(url: string): AlarmChannel {
  return {
    async tell({ alarmId, round, kind, subject, facts, raisedAt }) {
      const { vi, en, grave } = ALARMS[kind];
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // Whoever has taken a telling before may leave it at that.
          'idempotency-key': `alarm-${alarmId}-${round}`,
        },
        body: JSON.stringify({
          alarm: String(alarmId),
          round,
          kind,
          subject,
          grave,
          text: { vi, en },
          facts,
          raisedAt: raisedAt.toISOString(),
        }),
        headersTimeout: PATIENCE_MS,
        bodyTimeout: PATIENCE_MS,
      });
      await body.dump();
      if (statusCode < 200 || statusCode > 299) {
        throw Object.assign(new Error('not taken'), { code: `HTTP ${statusCode}` });
      }
    },
  };
}
