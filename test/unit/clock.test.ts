import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { businessDate } from '../../src/platform/clock.ts';

const DAYS: readonly (readonly [instant: string, day: string])[] = [
  ['2026-02-28T16:59:59.999Z', '2026-02-28'],
  ['2026-02-28T17:00:00.000Z', '2026-03-01'],
  ['2026-12-31T16:59:59.999Z', '2026-12-31'],
  ['2026-12-31T17:00:00.000Z', '2027-01-01'],
  ['2028-02-28T17:00:00.000Z', '2028-02-29'],
];

// The planted defect: a reading by host time is seen to be wrong in every zone but one.
const ZONES = ['UTC', 'Asia/Ho_Chi_Minh', 'America/Los_Angeles', 'Pacific/Kiritimati'];

const CHILD = `
  import { businessDate } from './src/platform/clock.ts';
  const instants = process.argv.slice(1).map((text) => new Date(text));
  const pad = (n) => String(n).padStart(2, '0');
  const host = (d) => d.getFullYear() + '-' + pad(d.getMonth() + 1) + '-' + pad(d.getDate());
  console.log(JSON.stringify(instants.map((at) => [businessDate(at), host(at)])));
`;

describe('businessDate', () => {
  for (const zone of ZONES) {
    it(`is the day in Vietnam on a host in ${zone}`, () => {
      const instants = DAYS.map(([instant]) => instant);
      const answer = execFileSync(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', CHILD, ...instants],
        { env: { ...process.env, TZ: zone, NODE_OPTIONS: '' }, encoding: 'utf8' },
      );
      const days = JSON.parse(answer) as [string, string][];

      expect(days.map(([day]) => day)).to.deep.equal(DAYS.map(([, day]) => day));
      const hostAgrees = days.every(([day, host]) => day === host);
      expect(hostAgrees, 'host time would have done').to.equal(zone === 'Asia/Ho_Chi_Minh');
    });
  }

  it('refuses what is no instant', () => {
    expect(() => businessDate(new Date('soon'))).to.throw(RangeError);
  });
});
