import { addMonths, periodOf } from '../kernel/period.ts';
import { calendarOf } from '../kernel/working-days.ts';
import { businessDate, type Clock } from '../platform/clock.ts';
import type { Db } from '../platform/db.ts';
import { certificatesIn, diskFaults, keyFaults } from '../platform/machine.ts';
import { appliedMigrations, migrationNames } from '../platform/migrations.ts';
import { CHECKS, type CheckName, type Diagnosis } from './doctor.ts';
import { epochIsHeld, excessRights, serverFacts, sleepingRules } from './doctor.sql.ts';
import { callsOfDay } from './provider-calls.sql.ts';
import { isNearlyUsedUp } from './provider-calls.ts';
import { secondsBehind, specialDays } from './timetable.sql.ts';

/** What is to be looked at, as the owner of the database and as this machine. */
export interface Patient {
  readonly owner: Db;
  readonly clock: Clock;
  /** The folder whose disk is looked at. */
  readonly home: string;
  /** Files that hold secrets, and the folder of the keys of banks; those that are named. */
  readonly keys: readonly string[];
  readonly keyFolder: string | undefined;
}

const MOST_SECONDS_APART = 30;
const DAYS_BEFORE_END = 30;

/**
 * Looks at everything that must be in order before money is moved. Changes nothing. Of a database without
 * our schema only the schema is told.
 */
export async function examine(patient: Patient): Promise<readonly Diagnosis[]> {
  const { owner } = patient;
  const schema = await schemaFaults(owner);
  if (schema.includes('not installed')) return [{ check: 'schema', faults: schema }];
  const rules = await sleepingRules(owner);
  const server = await serverFacts(owner);
  const found: Record<CheckName, readonly string[]> = {
    schema,
    replica: server.isReplica ? ['pg_is_in_recovery'] : [],
    durability: server.careless,
    grants: await excessRights(owner),
    constraints: rules.filter(({ kind }) => kind !== 'index').map(({ name }) => name),
    indexes: rules.filter(({ kind }) => kind === 'index').map(({ name }) => name),
    clock: await clockFaults(patient),
    zone: zoneFaults(server.dayInVietnam),
    disk: await diskFaults(patient.home),
    keys: await keysOf(patient),
    calendar: await calendarFaults(patient),
    calls: await callFaults(patient),
    epoch: (await epochIsHeld(owner)) ? ['held'] : [],
  };
  return (Object.keys(CHECKS) as CheckName[]).map((check) => ({ check, faults: found[check] }));
}

async function schemaFaults(owner: Db): Promise<string[]> {
  const applied = await appliedMigrations(owner);
  if (applied.length === 0) return ['not installed'];
  const ours = migrationNames();
  return [
    ...ours.filter((name) => !applied.includes(name)).map((name) => `- ${name}`),
    ...applied.filter((name) => !ours.includes(name)).map((name) => `+ ${name}`),
  ];
}

async function callFaults({ owner, clock }: Patient): Promise<string[]> {
  const services = await callsOfDay(owner, { day: businessDate(clock()) });
  return services
    .filter(isNearlyUsedUp)
    .map(({ provider, left, agreed }) => `${provider} ${left}/${agreed}`);
}

async function clockFaults({ owner, clock }: Patient): Promise<string[]> {
  const apart = await secondsBehind(owner, clock());
  return Math.abs(apart) > MOST_SECONDS_APART ? [`${Math.round(apart)} s`] : [];
}

/** 28 February 17:00 UTC is 1 March in Việt Nam: whoever says otherwise pays another month. */
export function zoneFaults(byServer: string): string[] {
  const byUs = businessDate(new Date('2026-02-28T17:00:00Z'));
  return [byUs, byServer].filter((day) => day !== '2026-03-01');
}

async function keysOf({ keys, keyFolder, clock }: Patient): Promise<string[]> {
  const faults = (await Promise.all(keys.map(keyFaults))).flat();
  const soon = clock().getTime() + DAYS_BEFORE_END * 86_400_000;
  const ending = (await certificatesIn(keyFolder)).filter(({ until }) => until.getTime() < soon);
  return [
    ...faults,
    ...ending.map(({ name, until }) => `${name} ${until.toISOString().slice(0, 10)}`),
  ];
}

/** The year of today, and from December that of the next month. */
async function calendarFaults({ owner, clock }: Patient): Promise<string[]> {
  const { years } = calendarOf(await specialDays(owner));
  const today = businessDate(clock());
  const needed = new Set([today.slice(0, 4), addMonths(periodOf(today), 1).slice(0, 4)]);
  return [...needed].filter((year) => !years.has(year));
}
