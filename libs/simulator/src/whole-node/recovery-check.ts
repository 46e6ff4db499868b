import { HouseState } from '#libs/clearing-house';
import type { FrameDraft } from '#libs/event-log';
import type { SimulatedDisk } from '#libs/event-log-file';
import { foldFrame, rootsOf } from '#libs/replay';
import { isEqual, openQuietly } from './durability-check.js';
import type { Violations } from './violations.js';

/**
 * Asked each time a node has recovered: is its state the fold of all frames, from the first one, and
 * is everything in it that was ever released? Keeps a fold of its own, of what was released.
 */
export class RecoveryCheck {
  private readonly fold = new HouseState();

  constructor(
    private readonly copyOfDisk: (random: () => number) => SimulatedDisk,
    private readonly violations: Violations,
  ) {
    this.fold.timers.isActive = false;
  }

  released(draft: FrameDraft): void {
    const { fold, violations } = this;
    const isNext = draft.firstSequence === fold.clock.sequence + 1;
    violations.check(isNext, () => 'released frames are not one after another');
    if (isNext) foldFrame(fold, draft);
  }

  recovered(state: HouseState): void {
    const { sequence } = state.clock;
    const { stateRoot } = rootsOf(state);
    if (sequence < this.fold.clock.sequence) {
      this.violations.add('what was released is not in the state after a restart');
      return;
    }
    const copy = this.copyOfDisk(() => 0);
    copy.killProcess();
    this.compare(copy, stateRoot).catch((error: unknown) => {
      this.violations.add(`what a node recovered from cannot be read: ${String(error)}`);
    });
  }

  /** What was stored and never released comes to light only now. */
  private async compare(copy: SimulatedDisk, stateRoot: Uint8Array): Promise<void> {
    const { fold } = this;
    const log = await openQuietly(copy);
    for await (const frame of log.read(fold.clock.sequence + 1)) foldFrame(fold, frame);
    this.violations.check(
      isEqual(rootsOf(fold).stateRoot, stateRoot),
      () => 'a recovered state is not the fold of the log',
    );
  }
}
