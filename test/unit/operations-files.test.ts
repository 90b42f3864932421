import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { VARIABLES } from '../../src/platform/config.ts';

// What is started by systemd and in a container is written beside the guide, and has to be there.

const FOLDER = 'docs/operations';
const GRACE_SECONDS = 8;

/** The sources of the compiled files that a text starts with node. */
function startedBy(text: string): string[] {
  return [...text.matchAll(/\bdist\/(src\/[a-z]+)\.js\b/g)].map(([, path = '']) => `${path}.ts`);
}

describe('the files of operations', () => {
  const files = readdirSync(FOLDER).map((name) => ({
    name,
    text: readFileSync(join(FOLDER, name), 'utf8'),
  }));

  it('start what is there', () => {
    for (const { name, text } of files.filter(({ name: of }) => !of.endsWith('.timer'))) {
      const started = startedBy(text);
      expect(started, name).to.not.deep.equal([]);
      for (const path of started) expect(existsSync(path), `${name}: ${path}`).to.equal(true);
    }
    expect(startedBy('node dist/src/gone.js').every((path) => existsSync(path))).to.equal(false);
  });

  it('bound the heap of whatever they start', () => {
    for (const { name, text } of files.filter(({ name: of }) => !of.endsWith('.timer'))) {
      const starts = text.split('\n').filter((line) => /\/bin\/node\b|^ENV /.test(line));
      expect(starts.length, name).to.be.greaterThan(0);
      for (const line of starts) expect(line, name).to.include('--max-old-space-size=');
    }
  });

  it('give the service longer to stop than it takes', () => {
    const unit = files.find(({ name }) => name === 'an-sinh.service')?.text ?? '';
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).to.be.greaterThan(GRACE_SECONDS);
    expect(unit).to.match(/^KillSignal=SIGTERM$/m);
  });

  it('say each thing in the section in which systemd reads it', () => {
    const units = files.filter(({ name }) => name.endsWith('.service'));
    for (const { name, text } of units) {
      const [unit = '', service = ''] = text.split('[Service]');
      expect(service, name).to.not.match(/^(?:StartLimit|After=|Wants=|Description=)/m);
      expect(unit, name).to.not.match(/^(?:Exec|Restart|User=|Timeout|KillSignal)/m);
    }
    expect(units.length).to.equal(3);
  });

  it('and the guide name variables that are read', () => {
    const guide = readFileSync('docs/guide/operator.md', 'utf8');
    const named = [...guide.matchAll(/`([A-Z]{3,}_[A-Z_]+)`/g)].map(([, name]) => name ?? '');
    expect(named).to.include('SERVICE_LISTEN');
    expect(named.filter((name) => !(name in VARIABLES))).to.deep.equal([]);
  });
});
