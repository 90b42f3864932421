/** The parts that people play. Nobody has one unless it was granted to them for a unit. */
export const ROLES = [
  'maker',
  'checker',
  'account_officer',
  'rate_officer',
  'bank_integrator',
  'auditor',
  'administrator',
] as const;

export type Role = (typeof ROLES)[number];

/** Everybody who works on the money of a unit, and who looks at how they did. */
const STAFF = ['maker', 'checker', 'account_officer', 'bank_integrator', 'auditor'] as const;

/**
 * What each role may do: a row a permission, in the words of the pages. What is not in this table
 * nobody may do. Who decides is never who proposes, and who grants rights touches no money.
 */
export const RIGHTS = {
  'today.see': ROLES,

  'list.see': ['maker', 'checker', 'account_officer', 'auditor'],
  'list.upload': ['maker'],
  'list.apply': ['maker'],
  'list.explain': ['checker'],

  'recipient.see': ['maker', 'checker', 'account_officer', 'auditor'],
  // Numbers are masked until somebody asks for one, and is put on record for it.
  'recipient.reveal': ['maker', 'checker', 'account_officer', 'auditor'],
  // Hands a recipient the code that opens their own page.
  'recipient.give-code': ['maker', 'account_officer'],
  'recipient.propose': ['maker'],
  'recipient.decide': ['checker'],
  'account.propose': ['maker', 'account_officer'],
  'account.decide': ['checker'],
  'same-person.choose': ['maker'],
  'same-person.decide': ['checker'],

  'worklist.see': ['maker', 'checker', 'account_officer', 'auditor'],
  'worklist.propose': ['maker', 'account_officer'],
  'worklist.decide': ['checker'],

  'batch.see': STAFF,
  'batch.export': ['maker', 'checker', 'auditor'],
  'batch.prepare': ['maker'],
  'batch.approve': ['checker'],
  'batch.reject': ['checker'],
  'batch.withdraw': ['checker'],

  'file.see': STAFF,
  'file.operate': ['bank_integrator'],
  'file.rehearse': ['bank_integrator'],

  'reconciliation.see': STAFF,
  'reconciliation.assign': ['maker', 'checker'],
  'reconciliation.resolve': ['maker'],
  'reconciliation.confirm': ['checker'],
  'period.close': ['checker'],

  'report.see': STAFF,
  'report.draw': ['maker', 'checker'],
  'report.export': ['maker', 'checker', 'auditor'],
  'audit.see': ['auditor'],
  'audit.export': ['auditor'],

  'law.see': ROLES,
  'law.propose': ['rate_officer'],
  'law.approve': ['rate_officer'],

  'bank.see': STAFF,
  'bank.change': ['bank_integrator'],
  'bank.approve': ['checker'],
  'unit.see': ROLES,
  'timetable.see': [...STAFF, 'administrator'],
  'timetable.run': ['maker'],
  'alarm.acknowledge': ['maker', 'checker', 'bank_integrator', 'administrator'],

  'person.see': ['administrator', 'auditor'],
  'person.change': ['administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof RIGHTS;

/**
 * The roles that take two administrators: whose signature moves money, law or rights. The database holds
 * it (check_grant).
 */
const TAKES_TWO: readonly Role[] = ['checker', 'rate_officer', 'administrator'];

export function takesTwo(role: Role): boolean {
  return TAKES_TWO.includes(role);
}

/** A role that a person has in a unit of administration: a province, a commune, or VN for all. */
export interface Grant {
  readonly role: Role;
  readonly unitCode: string;
  /** What a batch may come to that they sign last; null is no limit. Above it they sign at the first level. */
  readonly limitVnd: bigint | null;
}

function gives(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = RIGHTS[permission];
  return roles.includes(role);
}

/**
 * The units in which somebody with these grants has a permission, sorted; none means that they do
 * not have it. Statements are given this list, and show nothing outside of it.
 */
export function scopeOf(grants: readonly Grant[], permission: Permission): string[] {
  const units = grants
    .filter(({ role }) => gives(role, permission))
    .map(({ unitCode }) => unitCode);
  return [...new Set(units)].sort();
}
