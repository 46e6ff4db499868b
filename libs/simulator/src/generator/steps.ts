import type { InputMessage, Message } from '#libs/events';

/** One thing that happens to the house. */
export type Step =
  /** A message is submitted, perhaps under a message id. */
  | { readonly kind: 'input'; readonly message: Message; readonly messageId: string }
  /** Log time moves to so many microseconds; `isIdle`: and an idle house records it. */
  | { readonly kind: 'time'; readonly timeUs: number; readonly isIdle: boolean }
  /** The oldest running sweep goes on by one slice. */
  | { readonly kind: 'slice' };

/** An input without who says it: by default the operator, outside of any session. */
export type Draft = InputMessage extends infer M
  ? M extends InputMessage
    ? Omit<M, 'publisher' | 'publisherSequence'> & {
        publisher?: number;
        publisherSequence?: number;
      }
    : never
  : never;

/** The draft of one kind of input. */
export type DraftOf<T extends Draft['type']> = Extract<Draft, { type: T }>;

/** Completes a draft. */
export function inputOf(draft: Draft): InputMessage {
  return { publisher: 1, publisherSequence: 0, ...draft };
}
