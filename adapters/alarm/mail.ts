import type { Transporter } from 'nodemailer';
import type { AlarmChannel } from '../../src/operations/alarm-channel.port.ts';
import { letterOf } from '../../src/operations/alarm.ts';

const PATIENCE_MS = 20_000;

/** Sends alarms by mail. The same telling has the same message id, so that one sent twice shows as one. */
export function mailChannel(to: { server: string; from: string; to: string }): AlarmChannel {
  let transport: Transporter | undefined;
  const domain = to.from.split('@')[1] ?? 'an-sinh';
  return {
    async tell(alarm) {
      const { title, body } = letterOf(alarm);
      // Only who tells by mail needs it.
      const { createTransport } = await import('nodemailer');
      transport ??= createTransport({
        url: to.server,
        connectionTimeout: PATIENCE_MS,
        greetingTimeout: PATIENCE_MS,
        socketTimeout: PATIENCE_MS,
      });
      await transport.sendMail({
        from: to.from,
        to: to.to,
        subject: title,
        text: body,
        messageId: `<alarm-${alarm.alarmId}-${alarm.round}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}
