import type { EventName, Message, MessageNamed } from '#libs/events';
import { cashSentences } from './sentences-cash.js';
import { defaultSentences } from './sentences-default.js';
import { executionSentences } from './sentences-execution.js';
import { marketSentences } from './sentences-market.js';
import { referenceSentences } from './sentences-reference.js';
import { tradingSentences } from './sentences-trading.js';
import { venueSentences } from './sentences-venue.js';
import type { Wording } from './wording.js';

/** What an event says, as one plain sentence. */
export type Sentences<N extends EventName> = {
  readonly [K in N]: (m: MessageNamed<K>, w: Wording) => string;
};

const sentences: Sentences<EventName> = {
  ...referenceSentences,
  ...tradingSentences,
  ...marketSentences,
  ...cashSentences,
  ...defaultSentences,
  ...venueSentences,
  ...executionSentences,
};

/** One plain sentence about an event, with names and amounts in whole units. */
export function sentenceOf(message: Message, wording: Wording): string {
  if (!Object.hasOwn(sentences, message.type)) return message.type;
  const say = sentences[message.type as EventName] as (m: Message, w: Wording) => string;
  return say(message, wording);
}
