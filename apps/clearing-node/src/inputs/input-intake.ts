import type { ProposedInput } from '#libs/wire';
import type { ReadModel } from '#libs/runtime';
import { unavailable } from '../http/problem.js';
import type { InputDesk, SubmittedInputs } from './input-desk.js';
import { type InputSource, readInput } from './input-line.js';

/** What is counted of the inputs that came over HTTP. */
export interface InputCounter {
  count(outcome: 'accepted' | 'rejected' | 'repeated' | 'not-taken', inputs: number): void;
}

export interface IntakeOptions {
  readonly batchLinesMax: number;
}

/** The way in for inputs over HTTP; closed when the node stops. */
export class InputIntake {
  private isClosed = false;

  constructor(
    private readonly model: ReadModel,
    private readonly desk: InputDesk,
    private readonly counter: InputCounter,
    readonly options: IntakeOptions,
  ) {}

  /** Takes nothing more. */
  close(): void {
    this.isClosed = true;
  }

  /** @throws LineError, Problem 403 */
  read(text: string, source: InputSource): ProposedInput {
    return readInput(text, source, this.model.state.names);
  }

  /** @throws Problem 503 when it takes nothing now */
  async submit(inputs: readonly ProposedInput[]): Promise<SubmittedInputs> {
    if (this.isClosed) throw unavailable('stopping', 'The node is stopping; send it again later.');
    const submitted = await this.desk.submit(inputs);
    for (const { answer, isRepeated } of submitted.taken) {
      this.counter.count(isRepeated ? 'repeated' : answer.status, 1);
    }
    this.counter.count('not-taken', inputs.length - submitted.taken.length);
    return submitted;
  }
}
