import type { Response } from 'express';
import type { Log } from '../platform/log.ts';
import { placeOf } from './failure.ts';

/** However fast work gets on, a page is told twice a second at most. */
const AT_MOST_EVERY_MS = 500;
/** A sign of life, and the time at which a session that has ended is noticed without any news. */
const BEAT_MS = 25_000;

interface News {
  /** What is told now, or null when whoever listens may hear no more. */
  readonly tell: () => Promise<{ readonly name: string; readonly said: object } | null>;
  readonly onTold: (told: () => void) => () => void;
  readonly log: Log;
}

/**
 * Sends events for as long as somebody listens and may: what stands now, and again when it has changed.
 * What was told while an event was on its way is told once, after it.
 */
export function sendNews(response: Response, { tell, onTold, log }: News): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // A proxy that gathers would hold an event back.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  return new Promise((resolve) => {
    let isTelling = false;
    let isAsked = false;
    let last = '';
    const next = (): void => {
      if (isTelling) {
        isAsked = true;
        return;
      }
      isTelling = true;
      isAsked = false;
      tell()
        .then((news) => {
          if (news === null) response.end();
          else write(news);
        })
        .catch((error: unknown) => {
          log.error('news not told', { at: placeOf(error) });
          response.end();
        });
      pause = setTimeout(() => {
        isTelling = false;
        if (isAsked) next();
      }, AT_MOST_EVERY_MS);
    };
    const write = ({ name, said }: { name: string; said: object }): void => {
      const text = `event: ${name}\ndata: ${JSON.stringify(said)}\n\n`;
      if (!response.writableEnded) response.write(text === last ? ': still here\n\n' : text);
      last = text;
    };
    let pause: NodeJS.Timeout | undefined;
    const beat = setInterval(next, BEAT_MS);
    const stop = onTold(next);
    response.once('close', () => {
      clearInterval(beat);
      clearTimeout(pause);
      stop();
      resolve();
    });
    next();
  });
}
