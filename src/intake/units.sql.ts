import type { PlainDate } from '../kernel/period.ts';
import { many, type Db, type Tx } from '../platform/db.ts';

export type UnitKind = 'province' | 'commune';

export interface Unit {
  readonly code: string;
  readonly kind: UnitKind;
  readonly name: string;
  /** The province of a commune; VN of a province. */
  readonly parentCode: string;
  readonly validFrom: PlainDate;
  readonly validUntil: PlainDate | null;
}

/**
 * What a code means: on a day, or at any time where no day is given. Of a commune and a province
 * with one code both are told, the earlier first.
 */
export function unitsOfCode(
  db: Db | Tx,
  of: { code: string; on: PlainDate | null },
): Promise<Unit[]> {
  return many(
    db,
    `select unit_code as code, kind, name, parent_code as "parentCode",
            valid_from as "validFrom", valid_until as "validUntil"
       from administrative_unit
      where unit_code = :code
        and (:on::date is null
             or valid_from <= :on::date and (valid_until is null or valid_until > :on::date))
      order by kind desc, valid_from`,
    of,
  );
}

export interface Successor {
  readonly code: string;
  readonly name: string;
  readonly changedOn: PlainDate;
  readonly part: 'whole' | 'part' | 'not_said';
}

/** What a unit, as it was on a day, has become since: none where it stands still. */
export function successorsOf(
  db: Db | Tx,
  of: { code: string; kind: UnitKind; on: PlainDate },
): Promise<Successor[]> {
  return many(
    db,
    `select s.to_code as code, u.name, s.changed_on as "changedOn", s.part
       from unit_succession s
       join administrative_unit u on u.unit_code = s.to_code and u.kind = s.kind
        and u.valid_from <= s.changed_on and (u.valid_until is null or u.valid_until > s.changed_on)
      where s.kind = :kind and s.from_code = :code and s.changed_on > :on::date
      order by s.changed_on, s.to_code`,
    of,
  );
}
