import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import pg from 'pg';
import { parseStringPromise } from 'xml2js';
import { readerOf } from '../../adapters/bank/bank-file-reader.ts';
import { pain001Writer } from '../../adapters/bank/iso20022/pain-001-writer.ts';
import { SANDBOX_PROFILES } from '../../src/approval/sandbox-profiles.ts';
import { SANDBOX_PERSONS, setUpSandbox } from '../../src/approval/set-up-sandbox.flow.ts';
import type { PaymentFileHead } from '../../src/batch/payment-file.ts';
import { openHouse } from '../../src/compose.ts';
import { vnd } from '../../src/kernel/money.ts';
import { period, plainDate } from '../../src/kernel/period.ts';
import { grouped } from '../../src/kernel/text.ts';
import { readConfig } from '../../src/platform/config.ts';
import { copyOutRows } from '../../src/platform/copy.ts';
import { textTable } from '../../src/platform/terminal.ts';
import { receiveFiles } from '../../src/settlement/receive-files.flow.ts';
import { countServer, timed, type Took } from './floors.ts';
import { goal } from './goal.ts';

// Files of banks at any size, each beside what it is measured by, in one run: payments out of the database
// to a pain.001 on the disk beside a COPY of the same rows to a file of the server, the rows of the table and
// the elements that the bank is sent, which are three and a half times the bytes; a camt.054 from the disk into
// the database, as a month takes it in, beside xml2js, which only parses one of the same form.

const { payments, parsed, shape } = new Command('bench:bank')
  .option('--payments <n>', 'payments in each file', Number, 100_000)
  .option('--shape <shape>', 'what a payment says of itself: short or full', 'full')
  .option('--parsed <n>', 'how many xml2js is given: as many as it survives', Number, 3_000)
  .parse()
  .opts<{ payments: number; parsed: number; shape: string }>();

const PERIOD = period('2026-11');
const AMOUNT = 500_000n;
const NAMES = { banks: new Map(), communes: new Map() };
const folder = mkdtempSync(join(tmpdir(), 'an-sinh-bank-'));
const profile = SANDBOX_PROFILES.find(({ channel }) => channel === 'BANK');
if (profile === undefined) throw new Error('the sandbox has a bank');

const head: PaymentFileHead = {
  messageId: 'BENCH-1',
  paymentInformationId: 'BENCH-1-P',
  createdAt: new Date('2026-11-01T00:00:00Z'),
  lineCount: BigInt(payments),
  totalVnd: vnd(AMOUNT * BigInt(payments)),
  period: PERIOD,
  programme: 'TG',
  partNo: 1,
  changes: [],
  valueDate: plainDate('2026-11-02'),
  payer: profile.payer,
};

/** A detail that says no more than it must. */
const shortDetail = (line: number): string =>
  `<TxDtls><Refs><EndToEndId>${referenceOf(line)}</EndToEndId></Refs><Amt Ccy="VND">${AMOUNT}</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>\n`;

/** A detail as banks write it: all that they know of the payment. */
const fullDetail = (line: number): string =>
  `<TxDtls><Refs><MsgId>BENCH-1</MsgId><PmtInfId>BENCH-1-P</PmtInfId><InstrId>${referenceOf(line)}</InstrId><EndToEndId>${referenceOf(line)}</EndToEndId><TxId>FT26306${line}</TxId></Refs><Amt Ccy="VND">${AMOUNT}</Amt><CdtDbtInd>DBIT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="VND">${AMOUNT}</Amt></InstdAmt><TxAmt><Amt Ccy="VND">${AMOUNT}</Amt></TxAmt></AmtDtls><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><RltdPties><Dbtr><Pty><Nm>SO Y TE</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>${head.payer.account}</Id></Othr></Id></DbtrAcct><Cdtr><Pty><Nm>NGUYEN THI HONG ANH</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>${String(line).padStart(13, '0')}</Id></Othr></Id></CdtrAcct></RltdPties><RltdAgts><CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>VN</Cd></ClrSysId><MmbId>970436</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt></RltdAgts><RmtInf><Ustrd>${referenceOf(line)}</Ustrd></RmtInf></TxDtls>\n`;

const referenceOf = (line: number): string => `AS2611TG${1_000_000 + line}N1T1`;

/** A camt.054 of one debit with a detail for each payment, as a stream of text. */
function* notification(count: number, no = 1): Generator<string> {
  const sum = AMOUNT * BigInt(count);
  yield `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>N-${no}</MsgId><CreDtTm>2026-11-02T17:00:00+07:00</CreDtTm></GrpHdr>
<Ntfctn><Id>N-${no}</Id><CreDtTm>2026-11-02T17:00:00+07:00</CreDtTm><Acct><Id><Othr><Id>${head.payer.account}</Id></Othr></Id><Ccy>VND</Ccy></Acct>
<Ntry><Amt Ccy="VND">${sum}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><AcctSvcrRef>D-${no}</AcctSvcrRef>
<NtryDtls><Btch><PmtInfId>BENCH-1-P</PmtInfId><NbOfTxs>${count}</NbOfTxs><TtlAmt Ccy="VND">${sum}</TtlAmt></Btch>
`;
  let text = '';
  for (let line = 1; line <= count; line += 1) {
    text += shape === 'full' ? fullDetail(line) : shortDetail(line);
    if (text.length < 1 << 18) continue;
    yield text;
    text = '';
  }
  yield `${text}</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n`;
}

/** The first element of a payment in a file, and at which byte it begins. */
async function firstElement(path: string): Promise<{ text: string; at: number }> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(1 << 13), 0, 1 << 13, 0);
  await file.close();
  const at = buffer.indexOf('<CdtTrfTxInf>');
  return { at, text: buffer.toString('utf8', at, buffer.indexOf('\n', at)) };
}

async function hashOf(path: string, range: { start?: number; end?: number } = {}): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, range), hash);
  return hash.digest('hex');
}

/** The element of a payment as SQL: its fixed words, and columns between them. */
function drawnBySql(first: string): string {
  const columns = {
    end_to_end_id: referenceOf(1),
    account_number: '1'.padStart(13, '0'),
    citizen_number: '1'.padStart(12, '0'),
    amount_vnd: String(AMOUNT),
    payee_name: 'NGUYEN THI HONG ANH',
    bank_bin: '970436',
  };
  let element = `'${first}'`;
  for (const [column, value] of Object.entries(columns)) {
    element = element.replaceAll(`>${value}<`, `>' || ${column} || '<`);
    // The payee reads the reference behind other words.
    element = element.replaceAll(` ${value}<`, ` ' || ${column} || '<`);
  }
  return element;
}

/** The better of two rounds, for both sides: what is compiled on the way is no cost of a line. */
async function better(work: (round: number) => Promise<unknown>): Promise<Took> {
  const [first, second] = [await timed(() => work(1)), await timed(() => work(2))];
  return first.cpuSeconds < second.cpuSeconds ? first : second;
}

const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

const house = await openHouse(
  readConfig({ AN_SINH_HOME: folder, AN_SINH_ENVIRONMENT: 'sandbox', PROVINCE_CODE: '40' }),
);
const server = new pg.Client({ connectionString: house.ownerUrl });
await server.connect();
// A file that the server itself writes has to lie where it may write.
const data = await countServer(server);
try {
  const context = house.context({ actor: SANDBOX_PERSONS.maker });
  await setUpSandbox(context, { provinceCode: '40', period: PERIOD });
  await server.query(`
    create unlogged table bench_payment as
    select 1000000 + n as recipient_id, 'AS2611TG' || 1000000 + n || 'N1T1' as end_to_end_id,
           ${AMOUNT}::bigint as amount_vnd, 'NGUYEN THI HONG ANH' as payee_name,
           lpad(n::text, 12, '0') as citizen_number, '970436' as bank_bin,
           lpad(n::text, 13, '0') as account_number, '' as commune_code
      from generate_series(1, ${payments}) n;
    grant select on bench_payment to an_sinh_app;
    analyze bench_payment`);
  await server.query('select open_period($1, now())', [PERIOD]);
  const rows = 'select * from bench_payment order by recipient_id';
  const copied = join(data, 'copied-by-bench');
  const written = join(folder, 'written.xml');
  const copy = await better(() => server.query(`copy (${rows}) to '${copied}'`));
  const write = await better(async () => {
    const writer = pain001Writer('pain.001.001.09', profile, NAMES);
    const file = await open(written, 'w');
    for await (const bytes of writer.write(head, copyOutRows(house.db, rows, {}))) {
      await file.write(bytes);
    }
    await file.sync();
    await file.close();
  });
  const writeMb = peakMb();
  const first = await firstElement(written);
  const elements = `select ${drawnBySql(first.text)} from bench_payment order by recipient_id`;
  const draw = await better(() => server.query(`copy (${elements}) to '${copied}'`));
  const { size } = await stat(copied);
  const same = [hashOf(copied), hashOf(written, { start: first.at, end: first.at + size - 1 })];
  if (new Set(await Promise.all(same)).size > 1) {
    throw new Error('the server drew other elements than the writer wrote');
  }

  const taken = join(folder, 'taken.xml');
  let read: Took | undefined;
  for (const round of [1, 2]) {
    await pipeline(notification(payments, round), createWriteStream(taken));
    const inbox = {
      list: () => Promise.resolve(['taken.xml']),
      open: () => createReadStream(taken, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>,
      putAway: () => Promise.resolve(),
    };
    const counterpart = { inboxes: () => inbox, readers: readerOf };
    let verdict = '';
    const took = await timed(async () => {
      const came = await receiveFiles(context, counterpart, { period: PERIOD, channel: 'BANK' });
      verdict = came.refused[0]?.refusal ?? 'accepted';
    });
    if (verdict !== 'accepted') throw new Error(`the file was ${verdict}`);
    if (read === undefined || took.cpuSeconds < read.cpuSeconds) read = took;
  }
  if (read === undefined) throw new Error('two files were read');
  const { rows: stored } = await server.query<{ n: string }>(
    'select count(*) as n from settlement_line',
  );
  if (Number(stored[0]?.n) !== 2 * payments) throw new Error(`${stored[0]?.n ?? 0} lines stored`);
  const readMb = peakMb();

  const text = [...notification(parsed)].join('');
  const parse = await better(() => parseStringPromise(text));

  const told = (what: string, lines: number, took: Took, mb: string): string[] => [
    what,
    grouped(lines),
    took.seconds.toFixed(2),
    took.cpuSeconds.toFixed(2),
    ((took.cpuSeconds / lines) * 1e6).toFixed(1),
    mb,
  ];
  process.stdout.write(
    `${textTable([
      ['', 'lines', 'wall s', 'CPU s', 'CPU µs a line', 'Node MB'],
      told('COPY of the rows to a file of the server', payments, copy, ''),
      told('COPY of their elements to a file of the server', payments, draw, ''),
      told('pain.001 out of the database', payments, write, writeMb.toFixed(0)),
      told(`camt.054 (${shape}) into the database`, payments, read, readMb.toFixed(0)),
      told('xml2js, parsing only', parsed, parse, ''),
    ])}\n`,
  );
  const aLine = (took: Took, lines: number): number => took.seconds / lines;
  goal('pain.001 over COPY of its elements, wall', write.seconds / draw.seconds, 2);
  goal('pain.001 over COPY of the bare rows, wall', write.seconds / copy.seconds, 2);
  goal('camt.054 over xml2js, wall a line', aLine(read, payments) / aLine(parse, parsed), 0.2);
  goal('Node, writing, MB', writeMb, 200);
  goal('Node, writing and reading, MB', readMb, 200);
} finally {
  await server.end();
  await house.close();
  await rm(folder, { recursive: true, force: true });
}
