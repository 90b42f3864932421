import { recordEvent } from '../audit/audit.sql.ts';
import { addMonths, firstDay, type Period, type PlainDate } from '../kernel/period.ts';
import type { Context } from '../platform/context.ts';
import { copyIn, copyLine } from '../platform/copy.ts';
import { write } from '../platform/db.ts';
import { purposeOf, type Asker } from '../kernel/purpose.ts';
import type { CivilStatusRegister } from './civil-status.port.ts';
import { addDeaths, addPayeeDeaths, deathsAreKnown, prepareDeaths } from './intake.sql.ts';

/** How far back deaths are asked for: a death is often registered long after it happened. */
const MONTHS_BACK = 24;

/**
 * Asks the civil-status register who has died, and records it in the register of recipients and
 * of those who collect for them: the population record has no field for it. Asked once for each day on which lists are prepared.
 */
export async function registerDeaths(
  context: Context,
  civilStatus: CivilStatusRegister,
  of: { provinceCode: string; period: Period; until: PlainDate; asker: Asker },
): Promise<{ deaths: bigint; known: bigint } | undefined> {
  const { db, clock, actor } = context;
  if (await deathsAreKnown(db, of)) return undefined;

  const span = {
    provinceCode: of.provinceCode,
    from: firstDay(addMonths(of.period, -MONTHS_BACK)),
    until: of.until,
  };
  const told: string[] = [];
  for await (const deaths of civilStatus.deaths(span, purposeOf(of.asker, { period: of.period }))) {
    told.push(deaths.map((death) => copyLine([death.citizenNumber, death.diedOn])).join(''));
  }

  return write(db, async (tx) => {
    await prepareDeaths(tx);
    await copyIn(tx, 'incoming_death (key, died_on)', asStream(told));
    const counts = await addDeaths(tx, { ...of, from: span.from, at: clock() });
    const payees = await addPayeeDeaths(tx, { at: clock() });
    await recordEvent(tx, {
      at: clock(),
      actor,
      action: 'deaths-registered',
      subject: `province/${of.provinceCode}`,
      facts: {
        period: of.period,
        deaths: String(counts.deaths),
        of_recipients: String(counts.known),
        of_payees: String(payees.known),
      },
    });
    return counts;
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is here already
async function* asStream(chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
}
