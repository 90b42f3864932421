import { expect } from 'chai';
import { addPerson } from '../../src/approval/approval.sql.ts';
import { batchContent } from '../../src/batch/batch.sql.ts';
import { write } from '../../src/platform/db.ts';
import { useDatabase } from '../support/database.ts';
import { walkTown } from '../support/town.ts';
import { useWeb, visiting, type Browser } from '../support/web.ts';

/** The text of a page without its marks, blanks as one. */
function seen(text: string): string {
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

describe('signing by level, on the web', () => {
  const test = useDatabase({ checked: false });
  const web = useWeb(test);
  let at: string;
  let batchId: bigint;
  const browsers: Record<string, Browser> = {};

  before(async () => {
    const town = await walkTown(test(), { until: 'rendered', recipients: 30 });
    const [batch] = await town.batches();
    if (batch === undefined) throw new Error('the town has a batch');
    batchId = batch.batchId;
    at = `/batches/${batchId}`;
    const people = [
      ['low', batch.totalVnd - 1n],
      ['low-too', 1n],
      ['covers', batch.totalVnd],
    ] as const;
    for (const [no, [personId, limitVnd]] of people.entries()) {
      await write(test().db, (tx) =>
        addPerson(tx, {
          personId,
          fullName: personId,
          citizenNumber: `04018500100${no}`,
          role: 'checker',
          unitCode: '40',
          limitVnd,
          grantedBy: 'somebody',
          at: new Date('2026-01-05T02:00:00Z'),
        }),
      );
      browsers[personId] = await visiting(test(), web(), { personId });
    }
  });

  const browser = (of: string): Browser => {
    const found = browsers[of];
    if (found === undefined) throw new Error(`nobody is ${of}`);
    return found;
  };
  /** Presses the button with what the page showed. */
  const sign = async (of: string): Promise<number> => {
    const { text } = await browser(of).get(at);
    const field = (name: string): string =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
    const form = Object.fromEntries(
      ['instructionCount', 'totalVnd', 'contentHash', 'filesHash'].map((name) => [
        name,
        field(name),
      ]),
    );
    return (await browser(of).post(`${at}/approve`, form)).status;
  };

  it('says at which level one signs, takes the first from below the limit and the last from above', async () => {
    const first = seen((await browser('low').get(at)).text);
    expect(first).to.include('chữ ký của bạn là cấp 1').and.include('Phê duyệt');
    const covering = seen((await browser('covers').get(at)).text);
    expect(covering).to.include('Phê duyệt').and.not.include('chữ ký của bạn là cấp 1');
    // The page that another one opened before the first signature.
    const { text } = await browser('low-too').get(at);
    expect(await sign('low')).to.equal(303);

    const after = await browser('low-too').get(at);
    expect(seen(after.text)).to.include('Người duyệt cấp 2');
    expect(after.text).not.to.include(`${at}/approve`);
    const stale = Object.fromEntries(
      [
        ...text.matchAll(
          /name="(instructionCount|totalVnd|contentHash|filesHash)" value="([^"]*)"/g,
        ),
      ]
        .slice(0, 4)
        .map(([, name = '', value = '']) => [name, value]),
    );
    const refused = await browser('low-too').post(`${at}/approve`, stale);
    expect(refused.status).to.equal(403);
    expect(seen(refused.text)).to.include('vượt hạn mức của bạn');
    expect((await batchContent(test().db, batchId))?.state).to.equal('prepared');

    expect(await sign('covers')).to.equal(303);
    expect((await batchContent(test().db, batchId))?.state).to.equal('approved');
  });
});
