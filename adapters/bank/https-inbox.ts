import type { Inbox } from '../../src/settlement/inbox.port.ts';
import { FINAL_NAME } from './folder-inbox.ts';
import { finished, unexpected, type HttpsSession } from './https-session.ts';

/** A list of names is short. */
const LONGEST_LIST = 1_000_000;

/**
 * Fetches the answers of a bank: answers/ is a JSON array of names, answers/NAME the bytes, and deleting
 * one tells the bank that we have it in our archive.
 */
export function httpsInbox(session: HttpsSession): Inbox {
  const pathOf = (name: string): string => {
    if (!FINAL_NAME.test(name)) throw new Error('not a name that this inbox lists');
    return `answers/${encodeURIComponent(name)}`;
  };
  return {
    async list() {
      const { statusCode, body } = await session.ask('GET', 'answers/');
      let text = '';
      for await (const chunk of body) {
        text += (chunk as Buffer).toString('utf8');
        if (text.length > LONGEST_LIST) throw new Error('the list of answers is too long');
      }
      if (statusCode !== 200) throw unexpected(statusCode);
      const names: unknown = JSON.parse(text);
      if (!Array.isArray(names)) throw new Error('the list of answers is not a list');
      const all: readonly unknown[] = names;
      return all
        .filter((name): name is string => typeof name === 'string' && FINAL_NAME.test(name))
        .sort();
    },
    async *open(name) {
      const { statusCode, body } = await session.ask('GET', pathOf(name));
      if (statusCode !== 200) {
        await body.dump();
        throw unexpected(statusCode);
      }
      for await (const chunk of body) yield chunk as Buffer;
    },
    async putAway(name) {
      await finished(await session.ask('DELETE', pathOf(name)), [200, 204, 404]);
    },
  };
}
