import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { rehearsedFiles } from '../../src/compose.ts';
import { rehearse } from '../../src/reconciliation/rehearse.flow.ts';
import { sampleProfile } from '../support/profiles.ts';

const GUIDE = readFileSync('docs/guide/bank-integrator.md', 'utf8');
const FOLDER = 'docs/bank-profiles/rehearsal';

describe('the guide for whoever connects a bank', () => {
  it('says what a rehearsal of its own files says', async () => {
    const of = (name: string) => ({
      name: `${name}.xml`,
      open: () => createReadStream(`${FOLDER}/${name}.xml`) as AsyncIterable<Buffer>,
    });
    const { files, payments, ledger, breaks, findings } = await rehearse(rehearsedFiles, {
      profile: sampleProfile('iso-20022'),
      sent: [of('payments')],
      received: [of('status'), of('notification')],
    });
    expect(files.map(({ verdict }) => verdict)).to.deep.equal(['accepted', 'accepted']);
    for (const { endToEndId, state, reasonCodes } of payments) {
      const row = GUIDE.split('\n').find((line) => line.includes(`| \`${endToEndId}\``)) ?? '';
      expect(row).to.include(`\`${state}\``);
      for (const code of reasonCodes) expect(row).to.include(code);
    }
    const told = /"ledger": (\{[^}]*\})/.exec(GUIDE)?.[1] ?? '';
    expect(JSON.parse(told)).to.deep.equal(JSON.parse(JSON.stringify(ledger)));
    expect(breaks).to.deep.equal([]);
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['not-listed-not-counted']);
    expect(GUIDE).to.include('not-listed-not-counted');
  });

  it('prints to a reader who stops early without a fault', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/cli.ts', 'settlement', 'read', `${FOLDER}/notification.xml`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child.stdout.destroy();
    let fault = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      fault += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, fault]).to.deep.equal([0, '']);
  });
});
