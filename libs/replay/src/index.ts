export { DeleveragingQueue, type QueuePlace } from './deleveraging-queue.js';
export { type DecisionDifference, Diagnosis, type FieldChange } from './diagnosis.js';
export { EventReader, eventsOf, type RecordedEvent } from './event-reader.js';
export { type Aftermath, FOLLOWED_MAX } from './explanation/aftermath.js';
export type { ChainStep } from './explanation/chain.js';
export { type Cure, type CureQuestion, curesOf } from './explanation/cures.js';
export type { Effect } from './explanation/effects.js';
export {
  explain,
  type Explanation,
  type MarginExplanation,
  type PlanStep,
} from './explanation/explanation.js';
export type { LadderStep } from './explanation/ladder-steps.js';
export { type IntendedTrade, marginAfter, type MarginAfter } from './margin-after.js';
export { breakdownOf, type MarginBreakdown } from './explanation/margin-breakdown.js';
export { refusedInputOf } from './explanation/margin-question.js';
export { sentenceOf } from './explanation/sentences.js';
export { Wording } from './explanation/wording.js';
export {
  accountExposureView,
  type ExposureSumView,
  type ExposureView,
  exposureView,
  type GreeksView,
  houseExposureView,
  type InstrumentExposureView,
  memberExposureView,
} from './exposure/exposure-view.js';
export { foldFrame, forEachRecord } from './fold.js';
export {
  type AccountView,
  accountView,
  callView,
  houseView,
  type HouseView,
  instrumentViews,
  memberViews,
  nameOfState,
  obligationView,
  orderView,
  poolViews,
  withdrawalView,
} from './inspection.js';
export { RecordedInput, type Origin } from './recorded-input.js';
export { recover, type Recovered, type StopAt } from './recovery.js';
export { hex, type Roots, rootsOf } from './roots.js';
export {
  listSnapshots,
  readSnapshot,
  type SnapshotFault,
  type SnapshotHeader,
  writeSnapshot,
} from './snapshot-file.js';
export { FrozenUnit, type MovedFigures, type WorstPlace } from './what-if/frozen-unit.js';
export {
  type BreachMove,
  type CurveOf,
  type JointMoves,
  jointMoves,
  type MovableUnit,
  type MovePoint,
  STEP_PPM,
} from './what-if/joint-moves.js';
export { type BreachView, type MovesView, movesView } from './what-if/moves-view.js';
export { type Difference, Verification } from './verification.js';
