import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { progressOn, textTable } from '../../src/platform/terminal.ts';

describe('progress', () => {
  const CLEAR_LINE = '\r\u001b[2K';

  function on(isTerminal: boolean): { stream: PassThrough; written: () => string } {
    const stream = Object.assign(new PassThrough(), isTerminal ? { isTTY: true } : {});
    return { stream, written: () => String(stream.read() ?? '') };
  }

  it('is one line that changes on a terminal, and stays when it is settled', () => {
    const { stream, written } = on(true);
    const progress = progressOn(stream);
    progress.show('batch');
    progress.show('release');
    progress.settle('release: 2 files');
    expect(written()).to.equal(
      `${CLEAR_LINE}batch …${CLEAR_LINE}release …${CLEAR_LINE}release: 2 files\n`,
    );
  });

  it('is only what is settled elsewhere, in plain lines', () => {
    const { stream, written } = on(false);
    const progress = progressOn(stream);
    progress.show('batch');
    progress.settle('batch: 2');
    progress.show('release');
    progress.settle('release: 2 files');
    expect(written()).to.equal('batch: 2\nrelease: 2 files\n');
  });
});

describe('textTable', () => {
  it('sets words to the left and figures to the right, each column as wide as it needs', () => {
    const drawn = textTable([
      ['Đợt', 'số lệnh', 'số tiền'],
      ['TG-2026-11-40-BANK-1', '95', '124.750.000 đ'],
      ['POST', '1.024', '900 đ'],
      ['thời gian', '0,5 s', '-'],
    ]);
    expect(drawn.split('\n')).to.deep.equal([
      'Đợt                   số lệnh  số tiền',
      'TG-2026-11-40-BANK-1       95  124.750.000 đ',
      'POST                    1.024          900 đ',
      'thời gian               0,5 s  -',
    ]);
  });

  it('leaves no space at the end of a line, and takes rows that are too short', () => {
    const drawn = textTable([['a', 'long word', 'b'], ['word'], ['', 'x', '']]);
    expect(drawn.split('\n')).to.deep.equal(['a     long word  b', 'word', '      x']);
  });

  it('says of nothing that there is nothing', () => {
    expect(textTable([])).to.equal('không có dòng nào / nothing to show');
  });
});
