import { CommandFailure, exitCodes } from './failure.js';
import { parseSequence, refuseBeyondHead } from './log-access.js';

/**
 * A point of a log, from a flag: a sequence, or a time, which is everything recorded at or before it;
 * nothing given is the end.
 */
export async function parsePoint(
  flag: string,
  text: string | undefined,
  head: number,
): Promise<{ sequence?: number; timeUs?: number }> {
  if (text === undefined) return {};
  if (/^\d+$/.test(text)) {
    const sequence = parseSequence(flag, text);
    refuseBeyondHead(flag, sequence, head);
    return { sequence };
  }
  const { parseTime } = await import('#libs/events');
  const timeUs = parseTime(text);
  if (timeUs !== undefined) return { timeUs };
  const sentence =
    `${flag} is ${JSON.stringify(text)}; it must be a sequence or an RFC 3339 time in UTC ` +
    'such as 2021-05-19T12:58:00Z';
  throw new CommandFailure(exitCodes.badInput, sentence);
}
