import { format, inspect } from 'node:util';
import { expect } from 'chai';
import { Sensitive } from '../../src/kernel/sensitive.ts';

describe('Sensitive', () => {
  const number = '040080123456';
  const hidden = new Sensitive(number);

  const ways: [how: string, printed: unknown][] = [
    ['as text', String(hidden)],
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- as a slip would
    ['in a template', `${hidden}`],
    ['joined', [hidden, hidden].join()],
    ['as JSON', JSON.stringify(hidden)],
    ['inside JSON', JSON.stringify({ payee: { hidden } })],
    ['inspected', inspect(hidden)],
    ['inspected deeply, with what is not enumerable', inspect({ hidden }, { showHidden: true })],
    ['in a log format', format('%s %o %j', hidden, hidden, hidden)],
    ['by its own properties', inspect(Object.getOwnPropertyDescriptors(hidden))],
    // eslint-disable-next-line @typescript-eslint/no-misused-spread -- as a slip would
    ['spread', inspect({ ...hidden })],
    ['in an error', new Error(`no account of ${String(hidden)}`).stack],
  ];

  for (const [how, printed] of ways) {
    it(`tells nothing ${how}`, () => {
      expect(String(printed)).to.not.contain(number);
    });
  }

  it('says that there is something to hide', () => {
    expect(`${String(hidden)} ${JSON.stringify(hidden)} ${inspect(hidden)}`).to.equal(
      '[sensitive] "[sensitive]" [sensitive]',
    );
  });

  it('is told when it is asked for', () => {
    expect(hidden.reveal()).to.equal(number);
  });
});
