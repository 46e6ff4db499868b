import { LineError, type ProposedInput } from '#libs/wire';
import { pause } from '../http/pause.js';
import { Problem, type ProblemDetails } from '../http/problem.js';
import { problemOfLine } from '../http/problem-sending.js';
import type { InputIntake } from './input-intake.js';
import type { InputSource } from './input-line.js';

/** Inputs that go to the core at once. */
const CHUNK_INPUTS = 256;

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines of one batch: read in order, submitted in chunks, answered one line each, in order. */
export class InputBatch {
  private readonly answers: string[] = [];
  private waiting: { readonly line: Line; readonly input: ProposedInput }[] = [];
  /** Nothing is taken after it: later lines may depend on what was not taken. */
  private stoppedBy: Problem | undefined;
  /** Not even the first line was taken: the batch as a whole is refused. */
  private isRefused = false;

  constructor(
    private readonly intake: InputIntake,
    private readonly source: InputSource,
  ) {}

  /** Answers as JSON Lines. @throws Problem when nothing at all was taken */
  async run(text: string): Promise<string> {
    const lines = linesOf(text, this.intake.options.batchLinesMax);
    for (const line of lines) {
      if (this.stoppedBy === undefined) await this.take(line);
      else this.refuse(line, this.stoppedBy);
    }
    await this.flush();
    return this.answers.join('');
  }

  private async take(line: Line): Promise<void> {
    try {
      await pause.ifLong();
      const input = await this.read(line);
      this.waiting.push({ line, input });
    } catch (error) {
      if (this.isRefused) throw error;
      await this.flush(); // answers stay in the order of the lines
      this.refuse(line, error);
      return;
    }
    if (this.waiting.length >= CHUNK_INPUTS) await this.flush();
  }

  /** A name that nobody knows may be one that an earlier line gives: that line is waited for. */
  private async read(line: Line): Promise<ProposedInput> {
    try {
      return this.intake.read(line.text, this.source);
    } catch (error) {
      const isUnknown = error instanceof LineError && error.fault.unknown !== undefined;
      if (!isUnknown || this.waiting.length === 0) throw error;
      await this.flush();
      if (this.stoppedBy !== undefined) throw this.stoppedBy;
      return this.intake.read(line.text, this.source);
    }
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const chunk = this.waiting;
      this.waiting = [];
      const inputs = chunk.map(({ input }) => input);
      const { taken, fault } = await this.submit(inputs);
      for (const [k, { answer, isRepeated }] of taken.entries()) {
        const repeated = isRepeated ? { repeated: true } : {};
        this.answer({ line: chunk[k]?.line.number, ...answer, ...repeated });
      }
      const [failed, ...rest] = chunk.slice(taken.length);
      if (failed === undefined) return;
      this.refuse(failed.line, fault);
      if (fault instanceof LineError) this.waiting = rest;
      else for (const { line } of rest) this.refuse(line, fault);
    }
  }

  /** An overload in the middle stops the batch; before the first line it is the whole answer. */
  private async submit(inputs: readonly ProposedInput[]) {
    try {
      const submitted = await this.intake.submit(inputs);
      if (submitted.fault instanceof Problem) this.stoppedBy = submitted.fault;
      return submitted;
    } catch (error) {
      this.isRefused = !(error instanceof Problem) || this.answers.length === 0;
      if (this.isRefused) throw error;
      this.stoppedBy = error as Problem;
      return { taken: [], fault: this.stoppedBy };
    }
  }

  private refuse(line: Line, error: unknown): void {
    const problem = error instanceof LineError ? problemOfLine(error) : error;
    if (!(problem instanceof Problem)) throw error;
    const { status, detail, kind } = problem;
    const details: Omit<ProblemDetails, 'status'> = problem.details;
    const retry = status === 503 ? { retry: true } : {};
    this.answer({
      line: line.number,
      status: 'error',
      problem: kind,
      detail,
      ...details,
      ...retry,
    });
  }

  private answer(answer: object): void {
    this.answers.push(`${JSON.stringify(answer)}\n`);
  }
}

/** The lines that say something, numbered from 1. @throws Problem 413 when there are too many */
function linesOf(text: string, linesMax: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  for (let number = 1; at < text.length; number++) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    at = end < 0 ? text.length : end + 1;
    if (line !== '') lines.push({ number, text: line });
    if (lines.length > linesMax) {
      throw new Problem(413, 'too-large', `A batch has at most ${String(linesMax)} lines.`);
    }
  }
  if (lines.length === 0) throw new Problem(400, 'bad-request', 'The batch has no lines.');
  return lines;
}
