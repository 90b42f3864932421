import { one, type Db, type Tx } from '../platform/db.ts';
import type { LawRows } from './law-rows.ts';

/**
 * Every row of the law, drafts included, as one value: one statement, so that a decree that is loaded
 * meanwhile is seen whole or not at all. Amounts come as digits. lawBookOf() reads it.
 */
export async function lawRows(db: Db | Tx): Promise<LawRows> {
  const row = await one<{ law: LawRows }>(
    db,
    `select json_build_object(
       'rates', (select coalesce(json_agg(json_build_object(
           'series', series, 'scope', scope, 'countsFrom', counts_from,
           'inForceFrom', in_force_from, 'knownSince', known_since, 'amountVnd', amount_vnd::text,
           'legalBasis', legal_basis, 'status', status)
           order by series, scope, counts_from), '[]') from rate),
       'grounds', (select coalesce(json_agg(json_build_object(
           'programme', programme, 'groundCode', ground_code, 'paragraph', paragraph,
           'coefficient', coefficient::text, 'perDependant', per_dependant, 'ageFrom', age_from,
           'ageUntil', age_until, 'outsideAges', outside_ages, 'article', article,
           'scope', scope)
           order by programme, ground_code), '[]') from ground),
       'conditions', (select coalesce(json_agg(json_build_object(
           'programme', programme, 'groundCode', ground_code, 'household', household,
           'difficultArea', difficult_area, 'noPension', no_pension, 'starts', starts,
           'status', status) order by programme, ground_code), '[]') from ground_condition),
       'care', (select coalesce(json_agg(json_build_object(
           'groundCode', ground_code, 'programme', programme, 'ageGroup', age_group,
           'coefficient', coefficient::text, 'monthsFrom', months_from,
           'monthsUntil', months_until, 'alsoFrom', also_from, 'article', article,
           'status', status) order by ground_code), '[]') from care_ground),
       'merit', (select coalesce(json_agg(json_build_object(
           'series', merit_code, 'countsFrom', counts_from, 'inForceFrom', in_force_from,
           'knownSince', known_since, 'amountVnd', amount_vnd::text, 'legalBasis', legal_basis,
           'status', status) order by merit_code, counts_from), '[]') from merit_amount),
       'oneOffs', (select coalesce(json_agg(json_build_object(
           'code', one_off_code, 'countsFrom', counts_from, 'inForceFrom', in_force_from,
           'knownSince', known_since, 'series', series, 'coefficient', coefficient::text,
           'amountVnd', amount_vnd::text, 'rounding', rounding, 'article', article,
           'status', status) order by one_off_code, counts_from), '[]') from one_off),
       'gifts', (select coalesce(json_agg(json_build_object(
           'giftCode', gift_code, 'programme', programme, 'amountVnd', amount_vnd::text,
           'issuedOn', issued_on, 'opensOn', opens_on, 'payBy', pay_by,
           'aliveAfter', alive_after, 'legalBasis', legal_basis, 'status', status)
           order by gift_code), '[]') from gift),
       'uplifts', (select coalesce(json_agg(json_build_object(
           'countsFrom', counts_from, 'inForceFrom', in_force_from, 'knownSince', known_since,
           'baseMonth', base_month, 'percent', percent::text, 'earlyBefore', early_before,
           'lowUntilVnd', low_until_vnd::text, 'lowExtraVnd', low_extra_vnd::text,
           'floorVnd', floor_vnd::text, 'legalBasis', legal_basis, 'status', status)
           order by counts_from), '[]') from pension_uplift),
       'provinces', (select coalesce(json_agg(distinct unit_code), '[]')
                       from administrative_unit
                      where kind = 'province' and valid_until is null),
       'communes', (select coalesce(json_object_agg(unit_code, parent_code), '{}')
                      from administrative_unit
                     where kind = 'commune' and valid_until is null),
       'days', (select coalesce(json_agg(json_build_object('day', day, 'kind', kind)
           order by day, name), '[]') from calendar_day)) as law`,
  );
  return row.law;
}
