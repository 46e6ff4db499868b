/** Every kind of trouble that a run can meet; counted when it strikes, not when it is planned. */
export const FAULT_KINDS = [
  // The process and the machine.
  'powerLoss',
  'processKill',
  'deathInOperation',
  'deathAtAwait',
  'cleanRestart',
  'secondProcess',
  // The disk.
  'tornWrite',
  'lostWrite',
  'lostName',
  'shortWrite',
  'diskFull',
  'syncError',
  'directorySyncError',
  'corruptedWrite',
  'corruptedSnapshot',
  // The clock.
  'outage',
  'clockForward',
  'clockForwardTakenBack',
  'clockStep',
  'clockBackward',
  // Publishers and consumers.
  'connectionDropped',
  'sessionReplaced',
  'messageCut',
  'messageDuplicated',
  'messageReordered',
  'messageDelayed',
  'feedSilent',
  'consumerStalled',
  'consumerForgot',
  'followerKill',
  'followerStalled',
  // Venues.
  'orderAnsweredLate',
  'orderUnanswered',
  'cancellationAnsweredLate',
  'cancellationUnanswered',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultCounts = Record<FaultKind, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
}
