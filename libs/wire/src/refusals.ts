/** Why a node ends a connection: the code of `refused`. Numbers are stable and never reused. */
export const REFUSED = {
  protocol: 1,
  handshake: 2,
  unauthenticated: 3,
  notPermitted: 4,
  publisherUnknown: 5,
  replaced: 6,
  silent: 7,
  tooManyConnections: 8,
  malformed: 20,
  otherPublisher: 21,
  unnumbered: 22,
  sequenceGap: 23,
  sequenceRepeated: 24,
  timeJump: 40,
  slow: 41,
  history: 42,
  stopping: 43,
} as const;

export interface RefusalRule {
  readonly name: string;
  readonly rule: string;
  readonly remedy: string;
  /** Whether connecting again, unchanged and after a while, can help. */
  readonly again: boolean;
}

const once = (name: string, rule: string, remedy: string): RefusalRule => {
  return { name, rule, remedy, again: false };
};
const again = (name: string, rule: string, remedy: string): RefusalRule => {
  return { name, rule, remedy, again: true };
};

/** The one table of codes; docs/binary-stream.md shows it. */
export const refusalRules: Readonly<Record<number, RefusalRule>> = {
  1: once(
    'protocol',
    'Another protocol version, an unknown message, or one in the wrong place.',
    'Speak the version that the text names; wait for the welcome before a batch.',
  ),
  2: again('handshake', 'No hello came in time.', 'Send the hello at once.'),
  3: once(
    'unauthenticated',
    'A token is needed here and this one is none, or is of another publisher.',
    'Use the token of a grant bound to this publisher.',
  ),
  4: once(
    'not-permitted',
    'The role may not send such a record, or may not subscribe.',
    'Use a grant of another role.',
  ),
  5: once('publisher-unknown', 'The publisher is not registered.', 'Register it first.'),
  6: once(
    'replaced',
    'Another connection has taken over the session.',
    'Run one sender a publisher.',
  ),
  7: again(
    'silent',
    'Nothing was heard for the stated time.',
    'Send a heartbeat when there is nothing else.',
  ),
  8: again('too-many-connections', 'The node serves no more connections.', 'Try again later.'),
  20: once(
    'malformed',
    'The bytes are no record of the catalogue. Nothing of it was recorded; all before it counts.',
    'Correct the encoder.',
  ),
  21: once(
    'other-publisher',
    "A record is not of this connection's publisher.",
    'Write the id that the welcome gave.',
  ),
  22: once('unnumbered', 'A record has no number.', 'Number records from 1 without gaps.'),
  23: once('sequence-gap', 'A number is above the next one.', 'Send the missing ones first.'),
  24: once(
    'sequence-repeated',
    'A number was handled before; nothing was recorded.',
    'Go on behind the number of the welcome; ask for acknowledgements with ackFrom.',
  ),
  40: again(
    'time-jump',
    'Log time stands still until a jump of time is accepted.',
    'An operator records TimeJumpAccepted; then go on.',
  ),
  41: again(
    'slow',
    'What was sent has not been read.',
    'Read faster; go on from the sequence in the text.',
  ),
  42: again('history', 'The log could not be read back.', 'Try again; look at the node.'),
  43: again('stopping', 'The node is stopping.', 'Connect again when it is back.'),
};

/** The table as Markdown rows. */
export function refusalsMarkdown(): string {
  const rows = Object.entries(refusalRules).map(
    ([code, { name, rule, remedy, again: helps }]) =>
      `| ${code} | ${name} | ${rule} | ${remedy} | ${helps ? 'yes' : 'no'} |`,
  );
  return ['| code | name | rule | what to do | again |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}
