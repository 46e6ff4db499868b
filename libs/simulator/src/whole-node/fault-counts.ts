/** Every kind of trouble that a run can meet; counted when it strikes, not when it is planned. */
export const FAULT_KINDS = [
  'powerLoss',
  'processKill',
  'deathInOperation',
  'syncError',
  'shortWrite',
  'diskFull',
  'cleanRestart',
  'outage',
  'clockForward',
  'clockBackward',
  'venueSilent',
  'feedSilent',
  'connectionDropped',
  'messageCut',
  'messageDuplicated',
  'messageReordered',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultCounts = Record<FaultKind, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
}
