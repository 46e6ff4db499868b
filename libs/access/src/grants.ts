/**
 * - `operator`: everything but what belongs to a publisher's session.
 * - `publisher`: trades and prices, under the one publisher name that it is bound to.
 * - `executor`: liquidation orders, fills and answers of a venue, under its publisher name.
 * - `auditor`: reads everything, changes nothing.
 * - `member`: reads what belongs to its own member.
 */
export const ROLES = ['operator', 'publisher', 'executor', 'auditor', 'member'] as const;

export type Role = (typeof ROLES)[number];

/** What a token stands for. */
export interface Grant {
  /** Names the holder in logs; unique in the file. */
  readonly name: string;
  readonly role: Role;
  /** publisher, executor: the publisher under which it sends. */
  readonly publisher?: string;
  /** member: the member whose accounts it may see. */
  readonly member?: string;
}

/** A grant does not fit its role; the message says which rule. */
export class GrantError extends Error {
  override readonly name = 'GrantError';
}

/** Longest name of a publisher or member, in UTF-8. */
const NAME_BYTES_MAX = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** @throws GrantError */
export function checkGrant(grant: Grant): Grant {
  const { name, role, publisher, member } = grant;
  if (!NAME.test(name)) {
    throw new GrantError(`name ${name}: 1 to 32 letters, digits, dots, dashes, underscores`);
  }
  if (!ROLES.includes(role)) throw new GrantError(`role ${role}: one of ${ROLES.join(', ')}`);
  const sends = role === 'publisher' || role === 'executor';
  if (sends !== (publisher !== undefined)) {
    throw new GrantError(`publisher: given for the roles publisher and executor, and only there`);
  }
  if ((role === 'member') !== (member !== undefined)) {
    throw new GrantError('member: given for the role member, and only there');
  }
  for (const [field, bound] of Object.entries({ publisher, member })) {
    if (bound === undefined || (bound !== '' && Buffer.byteLength(bound) <= NAME_BYTES_MAX))
      continue;
    throw new GrantError(`${field}: 1 to ${String(NAME_BYTES_MAX)} bytes`);
  }
  return grant;
}
