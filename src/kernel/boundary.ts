/**
 * The named step boundaries of the month: the places at which a process may die and be started
 * again. A flow calls its boundary between an effect and the record of it, and a test kills the
 * process there, at every name of this list.
 */
export const BOUNDARIES = [
  'intake:archived',
  'intake:imported',
  'entitlement:assessed',
  'verification:asked',
  'verification:recorded',
  'batch:gathered',
  'batch:rendered',
  'batch:sealed',
  'approval:first-signed',
  'approval:signed',
  'release:claimed',
  'release:delivered',
  'release:sent',
  'settlement:collected',
  'settlement:archived',
  'settlement:read',
  'reconciliation:matched',
  'report:drawn',
  'report:filed',
] as const;

export type BoundaryName = (typeof BOUNDARIES)[number];

/** Called as each boundary is passed. In production it does nothing. */
export type Boundary = (name: BoundaryName) => void;

export const passBoundary: Boundary = () => undefined;
