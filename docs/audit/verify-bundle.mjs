#!/usr/bin/env node
// Checks a bundle of one disbursement batch, without An Sinh and without its database. Node's standard
// library only; README.md beside this file tells the format, so that it can be written again.
//
//   node verify-bundle.mjs bundle.tar.gz --key NAME+ID+BASE64 [--head published.note]
//
// Each line printed is one claim, OK or WRONG. Exit 0 only if every claim holds.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hex = (text) => Buffer.from(text, 'hex');

// ---- the archive: ustar, gzipped

function untar(bytes) {
  const entries = new Map();
  const text = (from, to) => bytes.toString('utf8', from, to).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const prefix = text(at + 345, at + 500);
    const size = parseInt(text(at + 124, at + 136), 8);
    entries.set((prefix && `${prefix}/`) + text(at, at + 100), bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

function* ndjson(bytes) {
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(10, from);
    yield JSON.parse(bytes.toString('utf8', from, to < 0 ? bytes.length : to));
    from = to < 0 ? bytes.length : to + 1;
  }
}

// ---- the log: RFC 9162 and C2SP checkpoints

const leafHash = (leaf) => sha256(Buffer.of(0), leaf);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

/** RFC 9162, 2.1.3.2. */
function isIncluded(leaf, index, size, proof, root) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  if (!(fn >= 0 && fn <= sn)) return false;
  for (const other of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(other, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = nodeHash(hash, other);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && hash.equals(root);
}

/** The head of a signed note, or undefined when this key did not sign it. */
function readHead(note, key) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S{44})$/.exec(key) ?? [];
  const [, signed, origin, size, root, signer, line] = /^((\S[^\n]*)\n(\d+)\n(\S{44})\n)\n\u2014 (\S+) (\S+)\n$/.exec(note) ?? [];
  if (name === undefined || signed === undefined || origin !== name || signer !== name) return undefined;
  const publicKey = Buffer.from(base64, 'base64');
  const signature = Buffer.from(line, 'base64');
  const keyId = sha256(`${name}\n`, publicKey).subarray(0, 4);
  const spki = Buffer.concat([hex('302a300506032b6570032100'), publicKey.subarray(1)]);
  const ed25519 = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const holds =
    publicKey[0] === 1 &&
    keyId.toString('hex') === id &&
    keyId.equals(signature.subarray(0, 4)) &&
    verify(null, Buffer.from(signed), ed25519, signature.subarray(4));
  return holds ? { size: Number(size), root: Buffer.from(root, 'base64') } : undefined;
}

// ---- rows: the text of a PostgreSQL record, by the names of its columns

function record(text, columns) {
  const row = {};
  let at = 1;
  for (const column of columns) {
    const field = /(?:"((?:[^"\\]|""|\\.)*)"|([^,)]*))[,)]/sy;
    field.lastIndex = at;
    const [whole, quoted, bare] = field.exec(text);
    row[column] = quoted === undefined ? (bare === '' ? null : bare) : quoted.replace(/""|\\(.)/gs, (m, c) => c ?? '"');
    at += whole.length;
  }
  if (at !== text.length) throw new Error('a record does not end where its columns do');
  return row;
}

// ---- the payments in a file

const XML = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (text) => text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => XML[name]);

/** Reference, amount and account (of cash: '') of every payment that a file tells a bank to make. */
function paymentsOf(name, bytes) {
  const text = bytes.toString('utf8');
  if (/^#AN-SINH;/.test(text)) {
    // The list of a post office: a line a payment, quotes only around names.
    const row = /^\d+,([A-Z0-9-]+),(?:"[^"]*"|[^,]*),(\d+),(?:"[^"]*"|[^,]*),(\d+)$/gm;
    return [...text.matchAll(row)].map(([, reference, , amount]) => [reference, amount, '']);
  }
  if (!/<Document[^>]*pain\.001\.001\.\d\d"/.test(text)) throw new Error(`${name}: a form that this verifier cannot read`);
  return [...text.matchAll(/<CdtTrfTxInf>(.*?)<\/CdtTrfTxInf>/gs)].map(([, payment]) => {
    const one = (pattern) => plain(pattern.exec(payment)?.[1] ?? '');
    return [one(/<EndToEndId>([^<]*)</), one(/<InstdAmt Ccy="VND">([^<]*)</), one(/<CdtrAcct>\s*<Id>\s*<Othr>\s*<Id>([^<]*)</)];
  });
}

// ---- arithmetic without floats

/** standard times coefficient less what was paid, for a coefficient of at most so many decimals. */
function amountOf({ standard_vnd, coefficient, paid_vnd }) {
  const [whole, fraction = ''] = coefficient.split('.');
  const product = BigInt(standard_vnd) * BigInt(whole + fraction);
  const scale = 10n ** BigInt(fraction.length);
  return product % scale === 0n ? product / scale - BigInt(paid_vnd) : undefined;
}

const sum = (values) => values.reduce((total, value) => total + BigInt(value), 0n);
const groupBy = (rows, keyOf) => {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};

// ---- the claims

let wrong = 0;
function claim(says, check) {
  let fault;
  try {
    fault = check();
  } catch (error) {
    fault = error.message;
  }
  if (fault !== undefined) wrong += 1;
  console.log(`${fault === undefined ? 'OK   ' : 'WRONG'}  ${says}${fault === undefined ? '' : `: ${fault}`}`);
}

function main([path, ...options]) {
  const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
  const key = option('--key');
  if (path === undefined || key === undefined) {
    console.error('node verify-bundle.mjs bundle.tar.gz --key NAME+ID+BASE64 [--head published.note]');
    process.exit(2);
  }
  const entries = untar(gunzipSync(readFileSync(path)));
  const entry = (name) => {
    const bytes = entries.get(name);
    if (bytes === undefined) throw new Error(`${name} is not in the bundle`);
    return bytes;
  };
  const about = JSON.parse(entry('bundle.json'));
  const note = entry('head.note').toString('utf8');
  const tables = [...ndjson(entry('tables.ndjson'))];
  const events = [...ndjson(entry('events.ndjson'))].map(({ index, leaf, proof }) => {
    const [no, at, actor, action, subject, facts] = JSON.parse(leaf);
    return { index, leaf, proof: proof.map((hash) => Buffer.from(hash, 'base64')), no, at, actor, action, subject, facts };
  });
  const rows = (name) => {
    const { frozen } = tables.find(({ table }) => table === name);
    return [...ndjson(entry(`rows/${name}.ndjson`))].map(([, , text]) => record(text, frozen));
  };
  console.log(`batch ${about.batchCode}, bundle version ${about.version}`);

  claim('the head of the log is signed by the key you trust', () => (readHead(note, key) ? undefined : 'another key, or another text'));
  if (option('--head') !== undefined) {
    claim('it is the head that was published', () => (readFileSync(option('--head'), 'utf8') === note ? undefined : 'it is another'));
  }
  claim('every event stands in the log under that head', () => {
    const { size, root } = readHead(note, key);
    const isIn = ({ no, index, leaf, proof }) => no === index + 1 && isIncluded(leafHash(Buffer.from(leaf)), index, size, proof, root);
    return events.find((event) => !isIn(event))?.no;
  });
  claim('the seals of all tables are those that the log tells of', () => {
    const root = createHash('sha256');
    for (const { table, rows: count, hash, frozen, changing } of tables) {
      root.update(`${table} ${count} ${hash} ${JSON.stringify([frozen, changing])}\n`);
    }
    const told = events.findLast(({ action }) => action === 'rows-sealed');
    return told?.facts.root === root.digest('hex') ? undefined : 'another root';
  });
  for (const { table, hash } of tables.filter(({ table }) => entries.has(`rows/${table}.ndjson`))) {
    claim(`every row of ${table} is as it was sealed`, () => {
      const buckets = [...ndjson(entry(`buckets/${table}.ndjson`))];
      const parts = buckets.map(([period, no, frozen, changing]) => [`${period} ${no} `, hex(frozen), hex(changing)]);
      if (sha256(...parts.flat()).toString('hex') !== hash) return 'the buckets are not those of the seal';
      const sealed = new Map(buckets.map(([period, no, frozen]) => [`${period} ${no}`, frozen]));
      const hashes = new Map();
      for (const [period, no, seal] of ndjson(entry(`seals/${table}.ndjson`))) {
        if (sha256(hex(seal)).toString('hex') !== sealed.get(`${period} ${no}`)) return `bucket ${period} ${no}`;
        hashes.set(`${period} ${no}`, new Set(seal.match(/.{32}/g)));
      }
      for (const [period, no, text] of ndjson(entry(`rows/${table}.ndjson`))) {
        const own = sha256(text).toString('hex', 0, 16);
        if (!hashes.get(`${period} ${no}`)?.has(own)) return `a row of bucket ${period} ${no}`;
      }
      return undefined;
    });
  }

  const [batch] = rows('disbursement_batch');
  const lines = rows('payment_instruction');
  const parts = rows('payment_file').sort((a, b) => a.part_no - b.part_no);
  const fileHash = new Map(rows('file').map(({ file_id, sha256: hash }) => [file_id, hash.slice(2)]));
  const files = parts.map((part) => {
    const [name, bytes] = [...entries].find(([entryName]) => entryName.startsWith(`files/${part.part_no}/`)) ?? [];
    return { part, name, bytes, recorded: fileHash.get(part.file_id) };
  });
  const filesHash = sha256(...files.map(({ recorded }) => hex(recorded))).toString('hex');
  const isOfBatch = (row) => row.batch_id === about.batchId;

  claim('the batch is its lines: count, sum and hash', () => {
    if (!isOfBatch(batch) || batch.batch_code !== about.batchCode || !lines.every(isOfBatch)) return 'rows of another batch';
    if (String(lines.length) !== batch.instruction_count) return 'the count';
    if (String(sum(lines.map(({ amount_vnd }) => amount_vnd))) !== batch.total_vnd) return 'the sum';
    const lineHash = (line) =>
      sha256(
        [line.end_to_end_id, line.amount_vnd, line.payee_name, line.citizen_number, line.bank_bin, line.account_number, line.commune_code]
          .map((value) => value ?? '')
          .join('\x1f'),
      );
    const order = (a, b) => Number(BigInt(a.recipient_id) - BigInt(b.recipient_id)) || (a.period + a.end_to_end_id < b.period + b.end_to_end_id ? -1 : 1);
    const buckets = groupBy([...lines].sort(order), ({ recipient_id }) => BigInt(recipient_id) / 256n);
    const content = sha256(...[...buckets.values()].map((bucket) => sha256(...bucket.map(lineHash))));
    return `\\x${content.toString('hex')}` === batch.content_hash ? undefined : 'the hash';
  });
  claim('two persons who did not make it signed that content and those files', () => {
    const makers = new Set([batch.prepared_by, ...rows('batch_maker').map(({ person_id }) => person_id)]);
    const [count, total_vnd] = [Number(batch.instruction_count), Number(batch.total_vnd)];
    const facts = { count, total_vnd, content_hash: batch.content_hash.slice(2), files_hash: filesHash };
    const subject = `batch/${about.batchId}`;
    const isSame = (event) => event.subject === subject && Object.entries(facts).every(([name, value]) => event.facts[name] === value);
    const approved = events.find((event) => event.action === 'batch-approved' && isSame(event));
    const signed = events.filter((event) => event.action === 'batch-signed' && isSame(event) && event.no < approved?.no);
    const kept = rows('approval').filter(isOfBatch);
    const rowsOf = new Set(kept.map(({ person_id }) => person_id));
    const signers = new Set(signed.map(({ actor }) => actor).filter((actor) => rowsOf.has(actor) && !makers.has(actor)));
    return signers.size >= 2 ? undefined : `${signers.size} signatures before the approval`;
  });
  claim('the bytes here are the bytes that were signed, and were handed over after that', () => {
    const approved = events.find(({ action }) => action === 'batch-approved')?.no;
    const wasSent = (id, hash) =>
      events.some(({ action, subject, facts, no }) => action === 'file-sent' && subject === `file/${id}` && facts.sha256 === hash && no > approved);
    const isSame = ({ bytes, part, recorded }) => sha256(bytes ?? '').toString('hex') === recorded && wasSent(part.file_id, recorded);
    return files.find((file) => !isSame(file))?.part.part_no;
  });
  claim('the files pay every line once, and nothing else', () => {
    const payments = files.flatMap(({ name, bytes }) => paymentsOf(name, bytes));
    const told = payments.map(String).sort();
    const due = lines.map((line) => String([line.end_to_end_id, line.amount_vnd, line.account_number ?? ''])).sort();
    return told.length === due.length && told.every((one, i) => one === due[i]) ? undefined : 'they differ';
  });
  const assessments = new Map(rows('assessment').map((row) => [row.due_reference, row]));
  const steps = groupBy(rows('assessment_line'), ({ due_reference }) => due_reference);
  // What was taken by decision from a payment is a row of its own; the assessment stays whole.
  const takings = groupBy(rows('recovery_taking'), ({ due_reference }) => due_reference);
  claim('every amount is what its assessment gives, computed again from standard and coefficient', () => {
    const isRight = ({ end_to_end_id, amount_vnd, recipient_id }) => {
      const due = assessments.get(end_to_end_id.replace(/T\d+$/, ''));
      const own = steps.get(due?.due_reference) ?? [];
      const follows = own.every((step) => step.kind === 'once' || String(amountOf(step)) === step.amount_vnd);
      const taken = sum((takings.get(due?.due_reference) ?? []).map((one) => one.amount_vnd));
      const whole = sum(own.map((step) => step.amount_vnd));
      return follows && due?.amount_vnd === String(whole) && due.recipient_id === recipient_id && String(whole - taken) === amount_vnd;
    };
    return lines.find((line) => !isRight(line))?.end_to_end_id;
  });
  if (['social_assistance', 'social_pension'].includes(batch.programme)) {
    const rates = rows('rate');
    const isRate = ({ standard_vnd, for_period }) => rates.some((rate) => rate.amount_vnd === standard_vnd && rate.counts_from.slice(0, 7) <= for_period);
    claim('every standard is a rate of the law, counting from that month or before', () => {
      return [...steps.values()].flat().find((step) => !isRate(step))?.due_reference;
    });
  }
  claim('every account was proven by an answer whose hash is kept', () => {
    const proofs = groupBy(rows('verification'), ({ recipient_id }) => recipient_id);
    const isOf = (line, proof) => proof.account_number === line.account_number && proof.bank_bin === line.bank_bin;
    const isProven = (proof) => proof.subject === 'account' && proof.class === 'proven' && proof.answer_hash.length === 66;
    const holds = (line) => (proofs.get(line.recipient_id) ?? []).some((proof) => isProven(proof) && isOf(line, proof));
    return lines.find((line) => line.account_number && !holds(line))?.end_to_end_id;
  });
  console.log(wrong === 0 ? 'GÓI ĐÚNG: mọi khẳng định đều đúng / all claims hold' : `GÓI SAI: ${wrong} khẳng định không đúng / ${wrong} claims do not hold`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.log(`WRONG  this is no whole bundle: ${error.message}`);
  console.log('GÓI SAI: gói không đầy đủ, không kiểm tra được / the bundle is not whole and cannot be checked');
  process.exitCode = 1;
}
