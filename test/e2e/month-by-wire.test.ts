import { expect } from 'chai';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUpSandbox, SANDBOX_PERSONS } from '../../src/approval/set-up-sandbox.flow.ts';
import { installationName } from '../../src/audit/state.sql.ts';
import type { BankProfile } from '../../src/batch/bank-profile.ts';
import { passBoundary } from '../../src/kernel/boundary.ts';
import { archiveIn } from '../../src/platform/archive.ts';
import { makeBankKeys, type BankKeys } from '../support/bank-keys.ts';
import { hasCms, hasOpenPgp } from '../support/bank-signatures.ts';
import { brokenInvariants, type TestDatabase } from '../support/database.ts';
import { startHttpsBank } from '../support/https-bank.ts';
import { booksOf, disagreements, inNewPlace, overpaid, type MonthPlace } from '../support/month.ts';
import { putInUse, sandboxProfile } from '../support/profiles.ts';
import { startSftpServer } from '../support/sftp-server.ts';
import { TOWN_SCOPE } from '../support/town.ts';

// A month as an operator runs it, whose bank is reached over a wire and takes only files that are signed.

interface Wire {
  readonly profile: BankProfile['transport'];
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const WIRES = [
  {
    name: 'SFTP, signed with CMS',
    signature: { kind: 'cms', identity: 'cms', suffix: '.p7s' },
    start: (folder: string, keys: BankKeys): Promise<Wire> =>
      startSftpServer({
        folder,
        keys,
        doneSuffix: null,
        signatureSuffix: '.p7s',
        mayEnter: (path, signature) => hasCms(path, signature, keys),
      }),
  },
  {
    name: 'HTTPS, signed with OpenPGP',
    signature: { kind: 'openpgp', identity: 'pgp', suffix: '.asc' },
    start: (folder: string, keys: BankKeys): Promise<Wire> =>
      startHttpsBank({
        folder,
        keys,
        signatureSuffix: '.asc',
        mayEnter: (path, signature) => hasOpenPgp(path, signature, keys),
      }),
  },
] as const;

/** Has the bank of the sandbox reached by a wire, as two persons of the sandbox say. */
async function reachBankBy(
  { db, home }: MonthPlace,
  { transport, signature }: Pick<BankProfile, 'transport' | 'signature'>,
): Promise<void> {
  const context: TestDatabase['context'] = ({ actor = '', at = '2026-09-01T02:00:00Z' } = {}) => ({
    db,
    archive: archiveIn(join(home, 'archive')),
    clock: () => new Date(at),
    boundary: passBoundary,
    actor,
  });
  await setUpSandbox(context({ actor: SANDBOX_PERSONS.maker }), TOWN_SCOPE);
  await putInUse({ context }, { ...sandboxProfile('BANK'), version: 2, transport, signature });
}

describe('a month by wire', function () {
  this.timeout(300_000);
  let keys: BankKeys;
  before(async () => {
    keys = await makeBankKeys();
  });
  after(() => {
    rmSync(keys.folder, { recursive: true });
  });

  for (const { name, signature, start } of WIRES) {
    it(`${name}: every check holds, and the bank agrees on every reference`, () =>
      inNewPlace(async (place) => {
        const folder = join(place.home, 'sandbox', await installationName(place.db), 'bank');
        const wire = await start(folder, keys);
        try {
          await reachBankBy(place, { transport: wire.profile, signature });
          const environment = { BANK_KEY_FOLDER: keys.folder };
          const month = await place.monthWith(environment, '--recipients', '40');
          expect(month.stderr).to.equal('');
          expect(month.code).to.equal(0);

          const books = await booksOf(place);
          expect(books.theirs.BANK.size).to.be.greaterThan(15);
          expect(disagreements(books.ledger.BANK, books.theirs.BANK)).to.deep.equal([]);
          expect(overpaid(books)).to.deep.equal([]);
          expect(await brokenInvariants(place.db)).to.deep.equal([]);
          // Each file that the bank took came with its signature, and was put once.
          const signed = readdirSync(join(folder, 'beside'));
          const taken = readdirSync(join(folder, 'done'));
          expect(taken.map((one) => `${one}${signature.suffix}`).sort()).to.deep.equal(
            signed.sort(),
          );

          const puts = wire.asked.filter((one) => /^(?:write|PUT)/.test(one));
          expect([...new Set(puts)].sort()).to.deep.equal([...puts].sort());
          expect(puts.length).to.equal(signed.length + taken.length);
        } finally {
          await wire.stop();
        }
      }));
  }
});
