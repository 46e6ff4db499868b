import type { MessageNamed } from '#libs/events';
import { openLots } from './open-order-drafts.js';
import type { Draft } from './steps.js';
import { tradableInstruments } from './trade-drafts.js';
import type { WorldContext } from './world-context.js';

type Requested = MessageNamed<'OrderCancellationRequested'>;
type Behaviour = 'done' | 'leaves' | 'late' | 'never';

interface Task {
  readonly request: Requested;
  readonly behaviour: Behaviour;
  /** Turns to wait before the answer. */
  wait: number;
}

/** The venues' desk for cancellations: at once, with orders left, late after the timeout, never. */
export class CancelDesk {
  private readonly tasks: Task[] = [];

  constructor(private readonly context: WorldContext) {}

  get pending(): number {
    return this.tasks.length;
  }

  take(request: Requested): void {
    const { random } = this.context;
    const behaviour = random.pick<Behaviour>([
      ['done', 600],
      ['leaves', 200],
      ['late', 170],
      ['never', 30],
    ]);
    if (behaviour === 'never') return;
    const wait = behaviour === 'late' ? 20 + random.below(80) : random.below(8);
    this.tasks.push({ request, behaviour, wait });
  }

  /** The next answer, or undefined when all of them wait. */
  next(): Draft | undefined {
    for (const task of this.tasks) task.wait -= 1;
    const place = this.tasks.findIndex(({ wait }) => wait <= 0);
    const [task] = place < 0 ? [] : this.tasks.splice(place, 1);
    if (task === undefined) return undefined;
    const { cancellation, account, venue } = task.request;
    const left = task.behaviour === 'leaves' ? this.left(account) : [];
    const venueSequence = this.context.nextNumber();
    return {
      type: 'OrderCancellationAnswered',
      cancellation,
      account,
      venue,
      venueSequence,
      left,
    };
  }

  private left(account: number) {
    const { random } = this.context;
    return tradableInstruments(this.context)
      .filter(() => random.below(4) === 0)
      .map((instrument) => ({ instrument, ...openLots(this.context, account, instrument) }));
  }
}
