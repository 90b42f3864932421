import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folderWitness } from '../adapters/audit/folder-witness.ts';
import { sftpWitness } from '../adapters/audit/sftp-witness.ts';
import { ensureKeyFile, keyFileSigner, makeKeyFile } from '../adapters/audit/key-file.ts';
import { tarBundle } from '../adapters/audit/tar-bundle.ts';
import { mailChannel } from '../adapters/alarm/mail.ts';
import { webhookChannel } from '../adapters/alarm/webhook.ts';
import { jsonDirectory } from '../adapters/account-directory/json-directory.ts';
import { linkedAccounts } from '../adapters/account-directory/linked-accounts.ts';
import { bankFileReader, readerOf } from '../adapters/bank/bank-file-reader.ts';
import { rehearsedFiles } from '../adapters/bank/rehearsed-files.ts';
import { channelOf, type BankChannel } from '../adapters/bank/channel-of.ts';
import { cancellationWriter } from '../adapters/bank/iso20022/cancellation-request.ts';
import { keyFolder } from '../adapters/bank/key-folder.ts';
import { sftpSession } from '../adapters/bank/sftp-session.ts';
import { paymentFileWriters } from '../adapters/bank/payment-files.ts';
import { readProfile as readProfileFile } from '../adapters/bank/profile/profile-file.ts';
import { decisionFiles } from '../adapters/cases/decision-files.ts';
import { ndjsonCases } from '../adapters/cases/ndjson.ts';
import { populationDatabase } from '../adapters/identity/population-database.ts';
import { decreeFile } from '../adapters/law/decree-file.ts';
import { referenceFiles } from '../adapters/law/reference-files.ts';
import { csvNamePairs } from '../adapters/name-pairs/csv.ts';
import { anyRecipientList } from '../adapters/recipient-list/any-list.ts';
import { faultWorkbooks as xlsxFaultWorkbooks } from '../adapters/recipient-list/fault-workbook.ts';
import { templateWorkbook } from '../adapters/recipient-list/template.ts';
import { listFiles as openLists } from '../adapters/recipient-list/list-files.ts';
import { listReferenceFiles } from '../adapters/recipient-list/reference-files.ts';
import { htmlReport } from '../adapters/report/html.tsx';
import { pdfReport } from '../adapters/report/pdf.ts';
import { oidcProvider } from '../adapters/oidc/identity-provider.ts';
import { xlsxReport } from '../adapters/report/xlsx.ts';
import { xlsxLines } from '../adapters/report/lines-xlsx.ts';

import { startSandbox } from '../adapters/sandbox/process.ts';
import {
  registerFromList,
  registerFromTruth,
  writeSandboxProvince,
} from '../adapters/sandbox/province.ts';
import type { Counterparts, JobScope } from '../jobs/job.ts';
import type { Office } from '../jobs/office.ts';
import { nextRuns, unitByHand } from '../jobs/timetable.ts';
import { listen } from './platform/listen.ts';
import { knownDays } from './operations/sweep-timetable.flow.ts';
import type { Directories } from './verification/verify-period.flow.ts';
import type { ReadProfile } from './batch/bank-profile.port.ts';
import type { BankFileReader } from './settlement/bank-file-reader.port.ts';
import type { BankProfile } from './batch/bank-profile.ts';
import type { CaseFormat } from './entitlement/cases.port.ts';
import { amountCheck } from './entitlement/listed-amount.ts';
import type { DecreeFormat, LawFiles, ShippedLaw } from './entitlement/law-files.port.ts';
import type { CheckDesk } from './intake/check-list.flow.ts';
import type { FaultWorkbooks } from './intake/fault-workbook.port.ts';
import type { ListFiles } from './intake/list-file.port.ts';
import { passBoundary, type Boundary } from './kernel/boundary.ts';
import type { Period } from './kernel/period.ts';
import { Refusal } from './kernel/refusal.ts';
import type { AlarmChannel, AlarmChannels } from './operations/alarm-channel.port.ts';
import type { ChannelName } from './operations/alarm.ts';
import type { Patient } from './operations/doctor.flow.ts';
import { callsWithin } from './operations/provider-calls.flow.ts';
import type { IdentityProvider } from './access/identity-provider.port.ts';
import { readVerifierKey } from './audit/checkpoint.ts';
import type { Sealing } from './audit/seal-rows.flow.ts';
import type { AuditOptions } from './audit/verify-audit.flow.ts';
import { installationName } from './audit/state.sql.ts';
import { archiveIn, type Archive } from './platform/archive.ts';
import { systemClock, type Clock } from './platform/clock.ts';
import { required, type Config } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import { connect, connectAsOwner, createDatabase, type Db } from './platform/db.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { jsonLog } from './platform/log.ts';
import { migrate } from './platform/migrations.ts';
import { ensureVaultKey, vaultOfFile } from './platform/sealed-secret.ts';
import type { Web } from './web/web.ts';
import { acmtInFolder } from '../adapters/account-directory/acmt-folder.ts';
import { acmtOverHttp } from '../adapters/account-directory/acmt-http.ts';
import { payeeVerification } from '../adapters/account-directory/payee-verification.ts';
import type { CallCounts, CallLimits } from '../adapters/http/bounded-client.ts';
import { rawAnswers } from '../adapters/http/raw-answers.ts';
import { identityByFile } from '../adapters/identity/batch-file.ts';
import type { AccountDirectory } from './verification/account-directory.port.ts';
import type { IdentityService } from './verification/identity.port.ts';
import type { LinkedAccountService } from './verification/linked-account.port.ts';
import type { CancellationWriter } from './release/cancellation-file.port.ts';

/** The database and the archive, open. */
export { xlsxLines as lines };
export interface House {
  readonly db: Db;
  readonly archive: Archive;
  /** Where this machine keeps the archive, the reports and the demo data. */
  readonly home: string;
  /** Where the database is, for whoever may migrate it. Holds a password: never log it. */
  readonly ownerUrl: string;
  context(acting: { actor: string; clock?: Clock; boundary?: Boundary }): Context;
  close(): Promise<void>;
}

/** The database that the embedded server keeps for us. */
const DATABASE = 'an_sinh';

/**
 * Opens the database, brought to the newest schema, and the archive. DATABASE_URL wins; without it,
 * and never in production, the embedded server is used.
 */
export async function openHouse(config: Config): Promise<House> {
  const home = resolve(config.AN_SINH_HOME);
  const server = await openServer(config);
  const { url } = server;
  try {
    await migrate(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const db = connect(url);
  const archive = archiveIn(join(home, 'archive'));
  return {
    db,
    archive,
    home,
    ownerUrl: url,
    context: ({ actor, clock = systemClock, boundary = passBoundary }) => ({
      db,
      archive,
      clock,
      boundary,
      actor,
    }),
    async close() {
      await db.destroy();
      await server.stop();
    },
  };
}

/** The server with our database as it is, which may be empty: for whoever looks first, or restores. */
export async function openServer(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.DATABASE_URL === undefined) return embedded(resolve(config.AN_SINH_HOME));
  return { url: config.DATABASE_URL, stop: () => Promise.resolve() };
}

async function embedded(home: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await startEmbeddedPostgres({ folder: join(home, 'postgres') });
  const maintenance = connectAsOwner(server.url);
  try {
    await createDatabase(maintenance, DATABASE);
  } finally {
    await maintenance.destroy();
  }
  return {
    url: server.url.replace(/\/postgres(\?|$)/, `/${DATABASE}$1`),
    stop: () => server.stop(),
  };
}

const REFERENCE = new URL('../migrations/reference/', import.meta.url);

/** How people write down what they have decided. */
export { decisionFiles };

/** What is needed to assess cases: the reference files of the project, and no database. */
export const caseDesk: { readonly files: LawFiles; readonly format: CaseFormat } = {
  files: referenceFiles(REFERENCE),
  format: ndjsonCases,
};

/** Reads files of a rehearsal, which nobody keeps. */
export { rehearsedFiles };

/** Writes a request to cancel what was sent. */
export const cancellationRequests: CancellationWriter = cancellationWriter;

/** Reads what a bank laid down about files. */
export const readProfile: ReadProfile = readProfileFile;

/** What is needed to compare pairs of names, and no database. */
export const namePairs = csvNamePairs;

/** Gives lists back with what was found in them. */
export const faultWorkbooks: FaultWorkbooks = xlsxFaultWorkbooks;

/** Opens lists of recipients, and lists of others. */
export const listFiles: ListFiles = openLists;

/** Our own form of a list, empty. */
export function listTemplate(): Promise<Uint8Array> {
  return templateWorkbook();
}

/** What is needed to check lists: the reference files of the project, and no database. */
export async function listDesk(): Promise<CheckDesk> {
  const book = await caseDesk.files.read();
  return {
    files: openLists,
    references: listReferenceFiles(REFERENCE),
    amounts: (of) => amountCheck(book, of),
  };
}

/** What is needed to propose a decree: the reader of its file, and the reference files of this release. */
export const decreeDesk: {
  readonly format: DecreeFormat;
  readonly shipped: ShippedLaw;
  readonly version: string;
} = {
  format: decreeFile,
  shipped: referenceFiles(REFERENCE),
  version: releaseVersion(),
};

function releaseVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The adapters that the configuration names; each is missing until it is named. */
export function counterpartsOf(house: CallCounting, config: Config): Counterparts {
  const channel = channelsOf(config);
  return {
    lists: anyRecipientList(listReferenceFiles(REFERENCE)),
    get civilStatus() {
      return populationOf(house, config).civilStatus;
    },
    get directories() {
      return directoriesOf(house, config);
    },
    paymentFiles: paymentFileWriters,
    transports: (profile) => channel(profile).transport,
    inboxes: (profile) => channel(profile).inbox,
    readers: readerOf,
    reports: [htmlReport, xlsxReport, pdfReport],
  };
}

/** Who is asked about payees. The calls that asking makes are counted up; files that are exchanged are none. */
export function directoriesOf(
  house: CallCounting,
  config: Config,
  calls: CallCounts = { made: 0, failed: 0 },
): Directories {
  return {
    identity: identityOf(house, config, calls),
    accounts: accountsOf(house, config, calls),
  };
}

function populationOf(
  house: CallCounting,
  config: Config,
  calls?: CallCounts,
): ReturnType<typeof populationDatabase> {
  const named = required(
    config,
    ['POPULATION_URL', 'CIVIL_STATUS_URL', 'POPULATION_SERVICE_CODE'],
    'cơ sở dữ liệu dân cư / population database',
  );
  return populationDatabase({
    url: named.POPULATION_URL,
    civilStatusUrl: named.CIVIL_STATUS_URL,
    serviceCode: named.POPULATION_SERVICE_CODE,
    ...(config.IDENTITY_SERVICE === 'verify' ? { operation: 'verify' } : {}),
    ...limitsOf(house, config, 'identity'),
    ...(calls === undefined ? {} : { calls }),
  });
}

/** The service that says which account a citizen has linked in VNeID. */
export function linkedAccountsOf(house: CallCounting, config: Config): LinkedAccountService {
  const { LINKED_ACCOUNT_URL: url } = required(
    config,
    ['LINKED_ACCOUNT_URL'],
    'tài khoản liên kết VNeID / accounts linked in VNeID',
  );
  return linkedAccounts({ url, ...limitsOf(house, config, 'linked') });
}

/** The ways to the counterparts, one for each version of a profile. */
function channelsOf(config: Config): (profile: BankProfile) => BankChannel {
  const open = new Map<string, BankChannel>();
  const neededBy = 'kênh chi trả / channels';
  return (profile) => {
    const { environment } = profile;
    // A key of one environment in the other is how test money becomes real money.
    if (environment !== config.AN_SINH_ENVIRONMENT) {
      throw new Refusal('configuration-wrong', { channel: profile.channel, environment });
    }
    const name = `${profile.channel}/${profile.version}`;
    const known = open.get(name);
    if (known !== undefined) return known;
    const made = channelOf(profile, {
      folder: () => required(config, ['CHANNEL_FOLDER'], neededBy).CHANNEL_FOLDER,
      keys: () =>
        keyFolder(
          required(config, ['BANK_KEY_FOLDER'], neededBy).BANK_KEY_FOLDER,
          config.BANK_KEY_PASSPHRASE,
        ),
    });
    open.set(name, made);
    return made;
  };
}

/** The key that signs heads of the log, and the places that keep them. */
export function sealingOf(config: Config): Sealing {
  const named = required(
    config,
    ['AUDIT_LOG_NAME', 'AUDIT_KEY_FILE', 'AUDIT_WITNESS_FOLDER'],
    'nhật ký kiểm toán / the audit log',
  );
  return {
    signer: keyFileSigner(named.AUDIT_KEY_FILE, named.AUDIT_LOG_NAME),
    witnesses: [folderWitness(named.AUDIT_WITNESS_FOLDER), ...sftpWitnessOf(config)],
  };
}

/** The server of somebody else that keeps heads as well, where one is named. */
function sftpWitnessOf(config: Config): Sealing['witnesses'] {
  if (config.AUDIT_WITNESS_SFTP === undefined) return [];
  const named = required(
    config,
    ['AUDIT_WITNESS_HOST_KEY', 'BANK_KEY_FOLDER'],
    'AUDIT_WITNESS_SFTP',
  );
  const { hostname: host, port, username, pathname } = new URL(config.AUDIT_WITNESS_SFTP);
  const place = {
    host,
    port: port === '' ? 22 : Number(port),
    username: decodeURIComponent(username),
    hostKey: named.AUDIT_WITNESS_HOST_KEY,
    identity: 'audit-witness',
  };
  const keys = keyFolder(named.BANK_KEY_FOLDER, config.BANK_KEY_PASSPHRASE);
  return [sftpWitness(decodeURIComponent(pathname), sftpSession(place, keys))];
}

/** Whose heads of the log are believed: the key that signs now and those that signed before it. */
export function trustedKeysOf(config: Config): AuditOptions['keys'] {
  const former = config.AUDIT_FORMER_KEYS?.split(' ') ?? [];
  return [sealingOf(config).signer, ...former.flatMap((line) => readVerifierKey(line) ?? [])];
}

/** Whose pages they are, and who signs accounts: nobody where no name was given. */
function agencyOf({ AGENCY_NAME, AGENCY_PARENT }: Config): Pick<Web, 'agency' | 'signer'> {
  return {
    agency: {
      name: AGENCY_NAME ?? 'An Sinh',
      parent: AGENCY_PARENT ?? 'Chi trả an sinh xã hội không dùng tiền mặt',
    },
    signer: AGENCY_NAME ?? null,
  };
}

/**
 * What the web is made of. The key of second factors has to be named in production; a sandbox makes
 * its own.
 */
export function webOf(house: House, config: Config, origin: string): Web {
  const isProduction = config.AN_SINH_ENVIRONMENT === 'production';
  const ownKey = join(house.home, 'web', 'key');
  if (!isProduction && config.WEB_KEY_FILE === undefined) ensureVaultKey(ownKey);
  const key = isProduction
    ? required(config, ['WEB_KEY_FILE'], 'trang web / the web').WEB_KEY_FILE
    : (config.WEB_KEY_FILE ?? ownKey);
  return {
    contextOf: (actor) => house.context({ actor }),
    log: jsonLog(process.stdout),
    vault: vaultOfFile(key),
    origin,
    proxies: config.WEB_PROXY?.split(',') ?? [],
    sandbox: !isProduction,
    ...agencyOf(config),
    provinceCode: required(config, ['PROVINCE_CODE'], 'trang web / the web').PROVINCE_CODE,
    lists: {
      reader: anyRecipientList(listReferenceFiles(REFERENCE)),
      judge: listDesk,
      withFaults: (of) => faultWorkbooks.write(of),
      template: listTemplate,
    },
    decrees: decreeDesk.format,
    readProfile,
    timetable: timetableDesk((of) => scopeOf(config, of)),
    onProgress: progressOf(house.ownerUrl),
    provider: providerOf(config),
    readers: readerOf,
    rehearsedFiles,
    cancellations: cancellationRequests,
    transports: counterpartsOf(house, config).transports,
    reports: [htmlReport, xlsxReport, pdfReport],
    paymentLines: xlsxLines,
    proof: config.AUDIT_KEY_FILE === undefined ? null : proofOf(config),
  };
}

function proofOf(config: Config): NonNullable<Web['proof']> {
  return {
    // Read when it is asked for: a sandbox makes its key on the way.
    get options() {
      const { witnesses } = sealingOf(config);
      return { keys: trustedKeysOf(config), witnesses, heads: [] };
    },
    bundleTo: tarBundle,
  };
}

/**
 * Hears of running work on one connection, however many listen, and on none while nobody does.
 */
export function progressOf(url: string): Web['onProgress'] {
  const listeners = new Set<() => void>();
  let stop: (() => Promise<void>) | undefined;
  return (told) => {
    const own = (): void => {
      told();
    };
    listeners.add(own);
    stop ??= listen(url, 'job_progress', () => {
      for (const tell of listeners) tell();
    });
    return () => {
      listeners.delete(own);
      if (listeners.size > 0) return;
      void stop?.();
      stop = undefined;
    };
  };
}

/** The timetable as the web shows it; a run that somebody wants is put in line. */
export function timetableDesk(scope: (of: Period) => JobScope): Web['timetable'] {
  return {
    next: async (db, at) => nextRuns(await knownDays(db), at),
    unitByHand: (job, of) => {
      const { provinceCode } = scope(of.period);
      return unitByHand(job, { provinceCode, scope }, of);
    },
  };
}

/** Which month of which province, as the environment names it. */
export function scopeOf(config: Config, of: Period): JobScope {
  const named = required(
    config,
    ['AN_SINH_ENVIRONMENT', 'PROVINCE_CODE', 'OFFICER', 'UNIT_CODE'],
    'mọi bước / every stage',
  );
  return {
    period: of,
    provinceCode: named.PROVINCE_CODE,
    environment: named.AN_SINH_ENVIRONMENT === 'production' ? 'production' : 'sandbox',
    officer: named.OFFICER,
    unitCode: named.UNIT_CODE,
  };
}

/** The office that the environment names, for the timetable. */
export function officeOf(house: CallCounting, config: Config): Office {
  const { PROVINCE_CODE } = required(config, ['PROVINCE_CODE'], 'lịch công việc / the timetable');
  return {
    provinceCode: PROVINCE_CODE,
    scope: (period) => scopeOf(config, period),
    counterparts: counterpartsOf(house, config),
    sealing: config.AUDIT_KEY_FILE === undefined ? null : sealingOf(config),
    alarms: alarmChannelsOf(config),
    home: resolve(config.AN_SINH_HOME),
    keyFolder: config.BANK_KEY_FOLDER,
  };
}

/** What a doctor looks at: the database, and the files of this machine that the environment names. */
export function patientOf(config: Config, owner: Db): Patient {
  const { AUDIT_KEY_FILE, WEB_KEY_FILE } = config;
  return {
    owner,
    clock: systemClock,
    home: resolve(config.AN_SINH_HOME),
    keys: [AUDIT_KEY_FILE, WEB_KEY_FILE].filter((path) => path !== undefined),
    keyFolder: config.BANK_KEY_FOLDER,
  };
}

/** What carries alarms outside: whatever is set up, and nothing else. */
function alarmChannelsOf(config: Config): AlarmChannels {
  const channels = new Map<ChannelName, AlarmChannel>();
  if (config.ALARM_MAIL_SERVER !== undefined) {
    const needed = ['ALARM_MAIL_SERVER', 'ALARM_MAIL_FROM', 'ALARM_MAIL_TO'] as const;
    const named = required(config, needed, 'cảnh báo / alarms');
    channels.set(
      'mail',
      mailChannel({
        server: named.ALARM_MAIL_SERVER,
        from: named.ALARM_MAIL_FROM,
        to: named.ALARM_MAIL_TO,
      }),
    );
  }
  if (config.ALARM_WEBHOOK !== undefined) {
    channels.set('webhook', webhookChannel(config.ALARM_WEBHOOK));
  }
  return channels;
}

/** The identity provider that is named, whole; none where none is. */
function providerOf(config: Config): IdentityProvider | null {
  if (config.OIDC_ISSUER === undefined) return null;
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_SECRET_FILE', 'OIDC_LEVEL'] as const;
  const named = required(config, names, 'định danh điện tử / the identity provider');
  return oidcProvider({
    issuer: named.OIDC_ISSUER,
    clientId: named.OIDC_CLIENT_ID,
    clientSecret: readFileSync(named.OIDC_SECRET_FILE, 'utf8').trim(),
    level: named.OIDC_LEVEL,
    numberClaim: config.OIDC_NUMBER_CLAIM ?? null,
  });
}

export { folderWitness, keyFileSigner, makeKeyFile, tarBundle };

export interface SandboxOptions {
  readonly seed: number;
  readonly recipients: number;
  readonly period: Period;
  /** A list of the operator's own; else one is made. */
  readonly list: string | null;
  /** What the services say of the people of that list; else they say what the list says. */
  readonly truth: { readonly people: string; readonly accounts: string } | null;
}

/** The counterparts of a sandbox, running, and the list that they know the people of. */
export interface Sandbox {
  readonly folder: string;
  readonly listPath: string;
  /** The configuration with the addresses of the sandbox in it. */
  readonly config: Config;
  readonly addresses: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the sandbox counterparts of an installation as a process of their own: a population
 * database, a bank directory, a bank and a post office that keep their own books. They are chosen
 * here and nowhere else, by whoever asks for a sandbox month.
 */
export async function openSandbox(
  house: House,
  config: Config,
  options: SandboxOptions,
): Promise<Sandbox> {
  const folder = join(house.home, 'sandbox', await installationName(house.db));
  const { seed, recipients, period } = options;
  const listPath = options.list ?? join(folder, `danh-sach-${period}-${recipients}-${seed}.csv`);
  if (options.list === null) {
    await writeSandboxProvince({ home: folder, listPath, seed, recipients, period });
  } else if (options.truth === null) {
    await registerFromList({ home: folder, listPath, seed });
  } else {
    const { people, accounts } = options.truth;
    await registerFromTruth({ home: folder, peoplePath: people, accountsPath: accounts });
  }
  const running = await startSandbox({ home: folder, seed });
  const keyFile = join(folder, 'audit', 'key.pem');
  ensureKeyFile(keyFile);
  const addresses = {
    POPULATION_SERVICE_CODE: 'AN-SINH-SANDBOX',
    POPULATION_URL: running.populationUrl,
    CIVIL_STATUS_URL: running.civilStatusUrl,
    DIRECTORY_PROTOCOL: 'json',
    DIRECTORY_URL: running.directoryUrl,
    LINKED_ACCOUNT_URL: running.linkedUrl,
    CHANNEL_FOLDER: folder,
    AUDIT_LOG_NAME: `sandbox/${await installationName(house.db)}`,
    AUDIT_KEY_FILE: keyFile,
    AUDIT_WITNESS_FOLDER: join(folder, 'audit', 'heads'),
  };
  return {
    folder,
    listPath,
    addresses,
    config: {
      ...config,
      ...addresses,
      AN_SINH_ENVIRONMENT: 'sandbox',
    },
    stop: () => running.stop(),
  };
}

/** Reads whatever a bank sends, to look at it. */
export function bankFiles(): BankFileReader {
  return bankFileReader();
}

/** What an outage, a quota and the raw answers of a service are; the same for every protocol. */
function limitsOf(house: CallCounting, config: Config, name: keyof typeof CALLS_A_DAY): CallLimits {
  const clock = systemClock;
  const home = resolve(config.AN_SINH_HOME);
  const perDay = config[CALLS_A_DAY[name]];
  const perSecond = config[CALLS_A_SECOND[name]];
  return {
    keep: rawAnswers({ folder: join(home, 'evidence'), name, clock }),
    tell: (state) => process.stderr.write(`${OUTAGE[state]} (${name})\n`),
    ...(perSecond === undefined ? {} : { perSecond: Number(perSecond) }),
    ...(perDay === undefined
      ? {}
      : {
          quota: callsWithin(house.context({ actor: `service/${name}` }), {
            provider: name,
            perDay: Number(perDay),
          }),
        }),
  };
}

const CALLS_A_DAY = {
  identity: 'IDENTITY_CALLS_A_DAY',
  accounts: 'DIRECTORY_CALLS_A_DAY',
  linked: 'LINKED_ACCOUNT_CALLS_A_DAY',
} as const;

const CALLS_A_SECOND = {
  identity: 'IDENTITY_CALLS_A_SECOND',
  accounts: 'DIRECTORY_CALLS_A_SECOND',
  linked: 'LINKED_ACCOUNT_CALLS_A_SECOND',
} as const;

/** Where the calls to services outside are counted. */
type CallCounting = Pick<House, 'context'>;

const OUTAGE = {
  down: 'Đối tác không trả lời; tạm dừng hỏi / the counterpart is silent; asking pauses',
  up: 'Đối tác đã trả lời lại; tiếp tục / the counterpart answers again; asking goes on',
} as const;

/** How long files of a province or a bank are waited for in one run; the next run finds them. */
const FILE_PATIENCE = { patienceMs: 60_000, pauseMs: 1_000 };

function identityOf(house: CallCounting, config: Config, calls: CallCounts): IdentityService {
  if (config.IDENTITY_SERVICE !== 'file') return populationOf(house, config, calls).identity;
  const named = required(
    config,
    ['IDENTITY_FOLDER', 'POPULATION_SERVICE_CODE'],
    'hỏi dân cư bằng tệp / population by file',
  );
  return identityByFile({
    folder: named.IDENTITY_FOLDER,
    serviceCode: named.POPULATION_SERVICE_CODE,
    ...FILE_PATIENCE,
  });
}

function accountsOf(house: CallCounting, config: Config, calls: CallCounts): AccountDirectory {
  const neededBy = 'danh bạ tài khoản / bank directory';
  const { DIRECTORY_PROTOCOL: protocol } = required(config, ['DIRECTORY_PROTOCOL'], neededBy);
  const parties = (): { assigner: string; assignee: string; clock: Clock } => {
    const named = required(config, ['UNIT_CODE', 'PAYER_BANK_BIN'], neededBy);
    return { assigner: named.UNIT_CODE, assignee: named.PAYER_BANK_BIN, clock: systemClock };
  };
  if (protocol === 'acmt-folder') {
    const { DIRECTORY_FOLDER: folder } = required(config, ['DIRECTORY_FOLDER'], neededBy);
    return acmtInFolder({ folder, ...parties(), ...FILE_PATIENCE });
  }
  const { DIRECTORY_URL: url } = required(config, ['DIRECTORY_URL'], neededBy);
  const limits = { ...limitsOf(house, config, 'accounts'), calls };
  if (protocol === 'vop') return payeeVerification({ url, ...limits });
  if (protocol === 'acmt') return acmtOverHttp({ url, ...parties(), ...limits });
  return jsonDirectory({ url, ...limits });
}
