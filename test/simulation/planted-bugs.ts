import type { NodeParts } from '#libs/simulator';
import {
  breakingTiesWrongly,
  CarelessHouse,
  forgettingDeadlines,
  forgettingOrders,
  LeakyHouse,
  RepeatingHouse,
  resumingLow,
} from './planted/house-bugs.js';
import { diskOf, withHandles } from './planted/ports.js';
import { catchingUpLate, ForgetfulServer, tellingWrongly } from './planted/server-bugs.js';
import {
  claimingNothing,
  keepingTornTails,
  MisleadingIndex,
  releasingEarly,
  trustingAfterFailure,
  trustingSnapshots,
} from './planted/storage-bugs.js';

/** A bug that somebody might make, in a part of the node, and how it must be noticed. */
export interface PlantedBug {
  readonly name: string;
  readonly parts: Partial<NodeParts>;
  readonly noticed: RegExp;
  /** The first seed under which it was noticed when the list was made. */
  readonly seed: number;
}

const storage: readonly PlantedBug[] = [
  {
    name: 'a frame is released before it is durable',
    parts: { log: releasingEarly },
    noticed: /released before it was durable/,
    seed: 1,
  },
  {
    name: 'fdatasync is left out',
    parts: { disk: (disk) => withHandles(disk, { fdatasync: () => Promise.resolve() }) },
    noticed: /released before it was durable|log is no log/,
    seed: 1,
  },
  {
    name: 'a failed fdatasync is taken for a success',
    parts: { log: trustingAfterFailure },
    noticed: /released before it was durable/,
    seed: 6,
  },
  {
    name: 'a new name in the directory is not synced',
    parts: { disk: (disk) => ({ ...diskOf(disk), fsyncDirectory: () => Promise.resolve() }) },
    noticed: /released before it was durable|no fault explains it|below what it had acknowledged/,
    seed: 1,
  },
  {
    name: 'a torn tail is kept as far as its records go',
    parts: { disk: keepingTornTails },
    noticed: /verifies otherwise/,
    seed: 12,
  },
  {
    name: 'a reader of history begins behind its event',
    parts: { index: () => new MisleadingIndex(1_500) },
    noticed: /given another frame than the one it asked for/,
    seed: 1,
  },
  {
    name: 'a snapshot is trusted without a check',
    parts: { recover: trustingSnapshots },
    noticed:
      /recovered state is not the fold|no fault explains it: (InvariantViolation|RangeError)/,
    seed: 19,
  },
  {
    name: 'a restarted node goes on under the old epoch',
    parts: { log: claimingNothing },
    noticed: /write under one epoch/,
    seed: 1,
  },
  {
    name: 'the lock of the directory is not looked at',
    parts: {
      disk: (disk) => ({
        ...diskOf(disk),
        lock: () => Promise.resolve({ release: () => Promise.resolve() }),
      }),
    },
    noticed: /second node was let in/,
    seed: 22,
  },
];

const core: readonly PlantedBug[] = [
  {
    name: 'a publisher session accepts its last number again',
    parts: { house: (state, frame) => new RepeatingHouse(state, frame) },
    noticed: /twice or out of order/,
    seed: 2,
  },
  {
    name: 'a restarted node resumes sessions one number too low',
    parts: { house: resumingLow },
    noticed: /below what it had acknowledged/,
    seed: 1,
  },
  {
    name: 'breaches that tie are taken in the wrong order',
    parts: { house: breakingTiesWrongly },
    noticed: /not in their total order/,
    seed: 1,
  },
  {
    name: 'an order in flight is issued anew after a restart',
    parts: { house: forgettingOrders },
    noticed: /two orders for one position are in flight/,
    seed: 4,
  },
  {
    name: 'deadlines are not set again after a restart',
    parts: { house: forgettingDeadlines },
    noticed: /verifies otherwise/,
    seed: 1,
  },
  {
    name: 'one leg of a cash movement is left out',
    parts: { house: (state, frame) => new LeakyHouse(state, frame) },
    noticed: /does not conserve money/,
    seed: 1,
  },
  {
    name: 'a jump of time is taken without acceptance',
    parts: { timeStepMaxUs: Number.MAX_SAFE_INTEGER },
    noticed: /log time jumped/,
    seed: 1,
  },
  {
    name: 'stale markets are judged',
    parts: { house: (state, frame) => new CarelessHouse(state, frame) },
    noticed: /without a fresh price/,
    seed: 1,
  },
];

const stream: readonly PlantedBug[] = [
  {
    name: 'a consumer is caught up from a wrong sequence',
    parts: { server: catchingUpLate },
    noticed: /given a frame and not the one before it/,
    seed: 1,
  },
  {
    name: 'an acknowledgement that is told again names the next sequence',
    parts: { server: tellingWrongly },
    noticed: /acknowledgement says something else|acknowledged twice, and not alike/,
    seed: 7,
  },
  {
    name: 'a frame is told to nobody',
    parts: {
      server: (sequencer, log, everySecond) => new ForgetfulServer(sequencer, log, { everySecond }),
    },
    noticed: /given a frame and not the one before it|acknowledgement was left out/,
    seed: 1,
  },
];

export const plantedBugs: readonly PlantedBug[] = [...storage, ...core, ...stream];
