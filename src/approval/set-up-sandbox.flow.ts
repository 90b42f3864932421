import { addChannel, setBudget } from '../batch/batch.sql.ts';
import type { Period } from '../kernel/period.ts';
import { PROGRAMMES, type Programme } from '../kernel/reference.ts';
import type { Context } from '../platform/context.ts';
import { write } from '../platform/db.ts';
import { addPerson } from './approval.sql.ts';

/** The invented persons of a sandbox: who prepares, the two who sign, and the two who load a decree. */
export const SANDBOX_PERSONS = {
  maker: 'sandbox-maker',
  checkers: ['sandbox-checker-1', 'sandbox-checker-2'],
  rateOfficers: ['sandbox-rate-officer-1', 'sandbox-rate-officer-2'],
} as const;

const PEOPLE = [
  { personId: SANDBOX_PERSONS.maker, role: 'maker', citizenNumber: '040190999901' },
  { personId: SANDBOX_PERSONS.checkers[0], role: 'checker', citizenNumber: '040085999902' },
  { personId: SANDBOX_PERSONS.checkers[1], role: 'checker', citizenNumber: '040179999903' },
  {
    personId: SANDBOX_PERSONS.rateOfficers[0],
    role: 'rate_officer',
    citizenNumber: '040188999906',
  },
  {
    personId: SANDBOX_PERSONS.rateOfficers[1],
    role: 'rate_officer',
    citizenNumber: '040177999907',
  },
] as const;

/** The payer of the sandbox, as its bank knows it. */
const PAYER = {
  payerName: 'SO Y TE TINH NGHE AN (SANDBOX)',
  payerAgreement: 'ASXH-40-SANDBOX',
  payerAccount: '3713000000040',
  payerBankBin: '970405',
} as const;

const BUDGET_VND = 20_000_000_000_000n;

/**
 * Sets up what a sandbox month needs and nobody else may choose: its persons, one bank and one
 * post office, and a budget for each programme. What is there already stays as it is.
 */
export async function setUpSandbox(
  { db, clock }: Context,
  { provinceCode, period }: { provinceCode: string; period: Period },
): Promise<void> {
  await write(db, async (tx) => {
    for (const person of PEOPLE) {
      await addPerson(tx, {
        ...person,
        fullName: person.personId,
        unitCode: provinceCode,
        limitVnd: null,
        grantedBy: 'sandbox',
        at: clock(),
      });
    }
    const channel = { environment: 'sandbox', refusesAfterCutoff: false, ...PAYER } as const;
    await addChannel(tx, {
      ...channel,
      channel: 'BANK',
      kind: 'account',
      name: 'Ngân hàng thử nghiệm / sandbox bank',
      format: 'pain.001.001.09',
      dedupesReference: true,
      linesPerFile: 50_000,
    });
    await addChannel(tx, {
      ...channel,
      channel: 'POST',
      kind: 'cash_post',
      name: 'Bưu điện thử nghiệm / sandbox post office',
      format: 'post-office-list',
      dedupesReference: true,
      linesPerFile: 1_000_000,
    });
    for (const programme of Object.keys(PROGRAMMES) as Programme[]) {
      await setBudget(tx, {
        programme,
        provinceCode,
        year: Number(period.slice(0, 4)),
        fundSource: 'sandbox',
        vnd: BUDGET_VND,
      });
    }
  });
}
