import type { EventLog } from '#libs/event-log';
import type { HouseState } from '#libs/clearing-house';
import { compareDocuments, type DocumentDifference } from './document-difference.js';
import {
  arithmeticProblems,
  type ArithmeticProblem,
  type MarginDocument,
} from './explanation-arithmetic.js';
import { explanationJson } from './explanation-json.js';
import { CommandFailure, exitCodes } from './failure.js';
import { printableJson } from './json-output.js';

type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether an explanation holds, and where it does not. */
export interface ExplanationCheck {
  readonly ok: boolean;
  /** What it explains: an event, or the margin of an account after that sequence. */
  readonly sequence: number;
  readonly account: string | null;
  /** Values that were compared with those recomputed from the log. */
  readonly values: number;
  /** What does not add up within the document, whatever the log says. */
  readonly arithmetic: readonly ArithmeticProblem[];
  readonly firstDifference: DocumentDifference | null;
}

/**
 * Checks a document that `novate explain --json` or `GET /v1/accounts/:account/margin` gave: whether its shares
 * add up by themselves, and whether every value is found again when it is recomputed from the log.
 *
 * @throws CommandFailure when it is no such document, or about something that is not in the log
 */
export async function checkExplanation(
  document: unknown,
  log: EventLog,
  snapshotDirectory: string | undefined,
): Promise<ExplanationCheck> {
  const stated = recordOf(document);
  const sequence = sequenceOf(stated);
  const account = 'chain' in stated ? null : String(stated['account']);
  const recomputed =
    account === null
      ? await explainedAgain(sequence, log, snapshotDirectory)
      : await marginAgain(sequence, account, log, snapshotDirectory);
  if (recomputed === undefined) {
    const what = account === null ? 'event' : `account ${JSON.stringify(account)}`;
    return refuse(
      `the log has no ${what} at sequence ${String(sequence)}; check with the log it is of`,
    );
  }
  const { values, difference } = compareDocuments(stated, JSON.parse(printableJson(recomputed)));
  const { margin } = stated;
  const arithmetic =
    typeof margin === 'object' && margin !== null
      ? arithmeticProblems(margin as MarginDocument)
      : [];
  return {
    ok: difference === undefined && arithmetic.length === 0,
    sequence,
    account,
    values,
    arithmetic,
    firstDifference: difference ?? null,
  };
}

function refuse(sentence: string): never {
  throw new CommandFailure(exitCodes.badInput, sentence);
}

function recordOf(document: unknown): JsonRecord {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse('the document is no JSON object; give what `novate explain --json` printed');
  }
  return document as JsonRecord;
}

function sequenceOf(stated: JsonRecord): number {
  const { sequence } = stated;
  const isExplanation =
    'chain' in stated || (typeof stated['account'] === 'string' && 'margin' in stated);
  if (!isExplanation || typeof sequence !== 'string' || !/^[1-9]\d{0,15}$/.test(sequence)) {
    return refuse(
      'the document is no explanation; give what `novate explain --json` printed, or an answer of ' +
        'GET /v1/accounts/:account/margin',
    );
  }
  return Number(sequence);
}

async function explainedAgain(
  sequence: number,
  log: EventLog,
  snapshotDirectory: string | undefined,
): Promise<unknown> {
  const { explain } = await import('#libs/replay');
  const explanation = await explain(log, snapshotDirectory, sequence);
  return explanation === undefined ? undefined : explanationJson(explanation);
}

/** The answer of the API about the margin of an account, from the log. */
async function marginAgain(
  sequence: number,
  name: string,
  log: EventLog,
  snapshotDirectory: string | undefined,
): Promise<unknown> {
  if ((await log.head()).sequence < sequence) return undefined;
  const { accountView, recover } = await import('#libs/replay');
  const { Evaluation } = await import('#libs/clearing-house');
  const { state } = await recover(log, snapshotDirectory, { sequence });
  const id = state.names.idOf('account', name);
  if (id === undefined) return undefined;
  const view = accountView(state, id, new Evaluation(state));
  return {
    ...(await headOf(state)),
    account: view.account,
    state: view.state,
    ...(view.parent === undefined ? {} : { parent: view.parent }),
    ...(view.margin === undefined ? {} : { margin: view.margin }),
  };
}

async function headOf({ clock }: HouseState): Promise<object> {
  const { formatDate, formatTime } = await import('#libs/events');
  return {
    sequence: clock.sequence,
    ...(clock.timeUs === 0 ? {} : { asOf: formatTime(clock.timeUs) }),
    ...(clock.businessDate === 0 ? {} : { businessDate: formatDate(clock.businessDate) }),
  };
}
