import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const RECONNECT_MS = 1000;

/**
 * Calls back for every NOTIFY of a channel, on a connection of its own, and makes a new one when it is
 * lost. What is told while there is none is not heard: whoever listens also looks by itself now and then.
 * The callback is called once after each connecting, for what was missed. Returns what ends it.
 */
export function listen(
  url: string,
  channel: 'job_due' | 'job_progress',
  onTold: (payload: string) => void,
): () => Promise<void> {
  const ended = new AbortController();
  const listening = (async () => {
    while (!ended.signal.aborted) {
      await hear({ url, channel, onTold, signal: ended.signal }).catch(() => undefined);
      await pause(RECONNECT_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ended.abort();
    await listening;
  };
}

/** Hears until the connection is lost or the work ends. */
async function hear(of: {
  url: string;
  channel: string;
  onTold: (payload: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const client = new pg.Client({ connectionString: of.url, application_name: 'an-sinh listens' });
  const lost = new Promise<void>((resolve) => {
    client.once('end', resolve).once('error', () => {
      resolve();
    });
    of.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  try {
    await client.connect();
    client.on('notification', ({ payload }) => {
      of.onTold(payload ?? '');
    });
    await client.query(`listen ${of.channel}`);
    of.onTold('');
    await lost;
  } finally {
    await client.end().catch(() => undefined);
  }
}
