#!/usr/bin/env -S node --max-old-space-size=512 --import tsx
import { Command } from 'commander';
import { accountsCommand } from './cli/accounts.ts';
import { alarmCommands } from './cli/alarms.ts';
import { auditCommands } from './cli/audit.ts';
import { backupCommands } from './cli/backup.ts';
import { bankProfileCommands } from './cli/bank-profile.ts';
import { bankFileCommands } from './cli/bank-files.ts';
import { breakCommands } from './cli/breaks.ts';
import { refusalOf } from './cli/command.ts';
import { decisionCommand } from './cli/decisions.ts';
import { decreeCommands } from './cli/decree.ts';
import { cancellationCommands } from './cli/cancellations.ts';
import { dispatchCommands } from './cli/dispatch.ts';
import { doctorCommand } from './cli/doctor.ts';
import { factsCommands } from './cli/facts.ts';
import { feeCommand } from './cli/fees.ts';
import { inspectCommands } from './cli/inspect.ts';
import { jobCommands } from './cli/jobs.ts';
import { lawCommands } from './cli/law.ts';
import { monthCommand } from './cli/month.ts';
import { linesCommand, paymentListCommand, treasuryCommand } from './cli/payment-list.ts';
import { personCommands } from './cli/persons.ts';
import { periodCommands } from './cli/periods.ts';
import { recoveryCommands } from './cli/recoveries.ts';
import { rehearseCommand } from './cli/rehearse.ts';
import { qualityCommands } from './cli/quality.ts';
import { registerCommands } from './cli/register.ts';
import { samePersonCommands } from './cli/same-person.ts';
import { stageCommands } from './cli/stages.ts';
import { traceCommand } from './cli/trace.ts';
import { uncollectedCommands } from './cli/uncollected.ts';
import { unitCommand } from './cli/units.ts';
import { verifyCommands } from './cli/verify.ts';
import { webCommand } from './cli/web.ts';
import { worklistCommands } from './cli/worklist.ts';
import { decreeDesk } from './compose.ts';

// The same flows from a terminal. Every stage can be run alone, and run again: it does only what is
// not done yet. `month` walks all nine in a sandbox.

const program = new Command('an-sinh')
  .description(
    'Chi trả an sinh xã hội không dùng tiền mặt: đúng một lần, đúng người, đúng hạn, có chứng cứ.\n' +
      'Pays social welfare without cash: exactly once, to the right person, on time, with proof.\n\n' +
      'Chín bước của một tháng / the nine stages of a month:\n' +
      '  intake → entitlement → verification → batch → approval → release → settlement →\n' +
      '  reconciliation → report\n\n' +
      'Mỗi bước chạy riêng được và chạy lại không làm thay đổi gì thêm.\n' +
      'Each can be run alone; running it again changes nothing more.',
  )
  .version(decreeDesk.version, '-V, --version', 'phiên bản / the version')
  .showHelpAfterError('(an-sinh --help)');

for (const commands of [
  monthCommand,
  stageCommands,
  verifyCommands,
  worklistCommands,
  lawCommands,
  decisionCommand,
  recoveryCommands,
  breakCommands,
  dispatchCommands,
  cancellationCommands,
  periodCommands,
  accountsCommand,
  paymentListCommand,
  treasuryCommand,
  linesCommand,
  feeCommand,
  uncollectedCommands,
  decreeCommands,
  bankProfileCommands,
  inspectCommands,
  auditCommands,
  traceCommand,
  registerCommands,
  samePersonCommands,
  factsCommands,
  qualityCommands,
  unitCommand,
  bankFileCommands,
  rehearseCommand,
  webCommand,
  personCommands,
  jobCommands,
  alarmCommands,
  backupCommands,
  doctorCommand,
]) {
  commands(program);
}

// Whoever reads what we print may stop early, as `head` does: that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  // A refusal is for the person at the terminal; anything else is a bug, and its stack is wanted.
  const refusal = refusalOf(error);
  if (refusal === undefined) throw error;
  process.stderr.write(`${refusal.code}: ${refusal.message}\n`);
  process.exitCode = 1;
}
