import { expect } from 'chai';
import { Sensitive } from '../../src/kernel/sensitive.ts';
import { jsonLog, silentLog, type LogFields } from '../../src/platform/log.ts';

const clock = (): Date => new Date('2026-11-05T02:00:00Z');

function written(event: string, fields?: LogFields): string {
  const lines: string[] = [];
  jsonLog({ write: (text) => lines.push(text) }, clock).info(event, fields);
  expect(lines).to.have.length(1);
  return lines[0] ?? '';
}

describe('jsonLog', () => {
  it('writes one line of JSON an event, with its instant, level and fields in order', () => {
    expect(written('batch-sealed', { batchId: 'TG-2611-01', lines: 3, totalVnd: 5n })).to.equal(
      '{"level":"info","at":"2026-11-05T02:00:00.000Z",' +
        '"batchId":"TG-2611-01","lines":3,"totalVnd":"5","event":"batch-sealed"}\n',
    );
  });

  it('says of an error that it is one', () => {
    const lines: string[] = [];
    jsonLog({ write: (text) => lines.push(text) }, clock).error('job-failed');
    expect(JSON.parse(lines[0] ?? '')).to.include({ level: 'error', event: 'job-failed' });
  });

  it('never shows a sensitive value, and does show a plain one', () => {
    const line = written('asked', { who: new Sensitive('NGUYỄN VĂN AN'), where: '40' });
    expect(JSON.parse(line)).to.include({ who: '[sensitive]', where: '40' });
    expect(line).to.not.contain('AN');
  });

  it('keeps an amount beyond the safe integers exact', () => {
    expect(written('drawn', { total: 9_007_199_254_740_993n })).to.contain('"9007199254740993"');
  });

  it('keeps a value on its line and harmless to a terminal', () => {
    const forged = 'x\n{"level":"info","event":"paid"}\r\u001b[2J\u007f\u009b2J\u2028\u202e';
    const line = written(`file-refused ${forged}`, { at_line: forged });
    // eslint-disable-next-line no-control-regex -- these are what must be absent
    expect(line.slice(0, -1)).to.not.match(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    expect(JSON.parse(line)).to.include({
      event: `file-refused ${forged}`,
      at_line: '[not a code]',
    });
  });

  it('shows none of a person, also when somebody forgot to wrap it', () => {
    const person = {
      citizen: '040190999901',
      old_number: '186543210',
      account: '0011',
      iban: 'to:0011004123456',
      fullName: 'An',
      who: 'NGUYỄN VĂN AN',
      whom: 'NGUYEN VAN AN',
    };
    const line = written('asked', person);
    expect(JSON.parse(line)).to.include({
      citizen: '[number]',
      old_number: '[number]',
      account: '[sensitive]',
      iban: 'to:[number]',
      fullName: '[sensitive]',
      who: '[not a code]',
      whom: '[not a code]',
    });
    for (const value of Object.values(person)) expect(line).to.not.contain(`"${value}"`);
    // What is a code stays one: a hash, a batch, an instant, a rule.
    const codes = {
      sha: 'ab12'.repeat(16),
      batch: 'TG-2611-01',
      due: '2026-11-05T02:00:00.000Z',
      rule: 'restored_is_reconciled_first',
      big: 123_456_789_012n,
    };
    expect(JSON.parse(written('sent', codes))).to.include({ ...codes, big: '123456789012' });
  });

  it('does not let a field pass itself off as the head of the line', () => {
    const line = written('refused', { event: 'paid', level: 'error', at: '1999' });
    expect(JSON.parse(line)).to.deep.equal({
      at: '2026-11-05T02:00:00.000Z',
      level: 'info',
      event: 'refused',
    });
  });
});

describe('silentLog', () => {
  it('takes everything', () => {
    silentLog.info('a', { b: 1 });
    silentLog.error('a');
  });
});
