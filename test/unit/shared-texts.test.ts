import { expect } from 'chai';
import { sharedTexts } from '../../adapters/recipient-list/shared-texts.ts';
import { Refusal } from '../../src/kernel/refusal.ts';

describe('sharedTexts', () => {
  it('gives every text back under its number, however many there are', () => {
    const texts = sharedTexts();
    const of = (at: number): string =>
      at % 7 === 0 ? '' : `Nguyễn Thị Hòa 𠮷 ${String(at)} `.repeat((at % 40) + 1);
    for (let at = 0; at < 9_000; at += 1) texts.add(of(at));
    for (const at of [...Array(9_000).keys()].reverse()) expect(texts.text(at)).to.equal(of(at));
    // Asked for again, and again after another of the same place.
    expect([texts.text(1), texts.text(4_097), texts.text(1)]).to.deep.equal([
      of(1),
      of(4_097),
      of(1),
    ]);
  });

  it('has none of another number', () => {
    const texts = sharedTexts();
    texts.add('x');
    for (const at of [-1, 1, 0.5, Number.NaN, 4_096]) expect(texts.text(at)).to.equal(undefined);
    expect(texts.text(0)).to.equal('x');
  });

  it('keeps a text that is larger than a piece, and no more than fifty megabytes', () => {
    const texts = sharedTexts();
    const large = 'ạ'.repeat(2 ** 20);
    texts.add(large);
    texts.add('after');
    expect([texts.text(0), texts.text(1)]).to.deep.equal([large, 'after']);
    const fill = (): void => {
      for (let i = 0; i < 20; i += 1) texts.add(large);
    };
    expect(fill).to.throw(Refusal).with.property('code', 'list-unsafe');
  });
});
