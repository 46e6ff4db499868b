import { allInputs, type Grant, permittedInputs, type Role } from '#libs/access';
import { type InputName, layouts } from '#libs/events';
import { type Hello, REFUSED, type Refused } from '#libs/wire';

/** The session of the operator's grant, which names no publisher. */
const OPERATOR = 'operator';

/** What a connection may do. */
export interface StreamRights {
  /** By template id: 1 where such a record may be sent. */
  readonly templates: Uint8Array;
  readonly maySubscribe: boolean;
}

/** The grant of a token; undefined when there is none. Throws when they cannot be read. */
export type FindGrant = (token: string) => Grant | undefined;

function templatesOf(inputs: readonly InputName[]): Uint8Array {
  const templates = new Uint8Array(1 << 16);
  for (const name of inputs) templates[layouts[name].templateId] = 1;
  return templates;
}

const everything: StreamRights = { templates: templatesOf(allInputs()), maySubscribe: true };

function rightsOf(role: Role): StreamRights {
  return { templates: templatesOf(permittedInputs(role)), maySubscribe: role !== 'publisher' };
}

const rightsByRole: Partial<Record<Role, StreamRights>> = {
  operator: rightsOf('operator'),
  publisher: rightsOf('publisher'),
  executor: rightsOf('executor'),
};

/** Decides who may have which session. */
export class StreamAuthority {
  /** Without grants only trusted connections are let in. */
  constructor(private readonly findGrant?: FindGrant) {}

  /** `isTrusted`: nobody but the owner of the node can open such a connection. */
  admit({ token, publisher, subscribeFrom }: Hello, isTrusted: boolean): StreamRights | Refused {
    if (token === '' && isTrusted) return everything;
    const grant = this.grantOf(token);
    if (typeof grant === 'string') return { code: REFUSED.unauthenticated, text: grant };
    const rights = rightsByRole[grant.role];
    if (rights === undefined) {
      return { code: REFUSED.notPermitted, text: `the role ${grant.role} has no session` };
    }
    if ((grant.publisher ?? OPERATOR) !== publisher) {
      const text = `the token is not bound to the publisher ${publisher}`;
      return { code: REFUSED.unauthenticated, text };
    }
    if (subscribeFrom > 0 && !rights.maySubscribe) {
      return { code: REFUSED.notPermitted, text: `the role ${grant.role} may not subscribe` };
    }
    return rights;
  }

  /** The grant, or why there is none. */
  private grantOf(token: string): Grant | string {
    if (token === '') return 'a token is needed here';
    try {
      return this.findGrant?.(token) ?? 'no grant has this token';
    } catch {
      return 'the grants cannot be read now; look at the node';
    }
  }
}
