import { isProgramme } from '../kernel/reference.ts';
import { lastDay, type Period } from '../kernel/period.ts';
import type { Tx } from '../platform/db.ts';
import { bankNames } from './bank-names.ts';
import { communeNames } from './commune-names.ts';
import { intakeReference } from './intake.sql.ts';
import { OF_TODAY } from './legacy-text.ts';
import type { MendContext } from './mend-row.ts';
import type { RecipientListReader } from './recipient-list.port.ts';
import type { JudgeContext } from './row-rules.ts';

/**
 * What the rows of a list are judged against: the communes, banks and grounds of its month, and what a
 * reader of lists as offices keep them is given to mend rows by.
 */
export async function rulesFor(
  tx: Tx,
  { references }: RecipientListReader,
  list: { period: Period; provinceCode: string },
): Promise<JudgeContext | MendContext> {
  const reference = await intakeReference(tx, {
    provinceCode: list.provinceCode,
    on: lastDay(list.period),
  });
  const rules = {
    period: list.period,
    provinceCode: list.provinceCode,
    communes: new Set(reference.communes),
    bankBins: new Set(reference.banks),
    grounds: new Map(
      reference.grounds.flatMap(({ programme, ...ground }) =>
        isProgramme(programme) ? [[ground.groundCode, { programme, ...ground }] as const] : [],
      ),
    ),
  };
  if (references === undefined) return rules;
  const { formerCommunes, banks } = await references.of(list);
  const places = [...(await references.provinces()).keys()];
  return {
    ...rules,
    style: 'canonical',
    programme: null,
    encodings: OF_TODAY,
    communeNames: communeNames(reference.communeNames, formerCommunes),
    bankNames: bankNames(banks, places),
  };
}
