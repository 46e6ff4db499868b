import type { Role } from '#libs/access';
import type { InputName } from '#libs/events';

/** A parameter of the query string. */
export interface QueryParameter {
  readonly name: string;
  readonly doc: string;
  readonly kind: 'count' | 'name' | 'choice';
  /** count: bounds and default. */
  readonly min?: number;
  readonly max?: number;
  readonly default?: number;
  /** choice: what it may be. */
  readonly values?: readonly string[];
}

/** One operation of the API: the router, the guard, the OpenAPI document and a page come from it. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `:name` for a parameter in the path. */
  readonly path: string;
  /** Who may call it; `anyone` needs no token. */
  readonly roles: readonly Role[] | 'anyone';
  readonly summary: string;
  /** What a member is shown of it, where that is less than others are. */
  readonly forMembers?: string;
  readonly query?: readonly QueryParameter[];
  /** Takes inputs: of this type, or of any. */
  readonly input?: InputName | 'any';
  /** Schema of another JSON body. */
  readonly body?: string;
  /** Schema of the answer; absent for one without a body or that is no JSON. */
  readonly answer?: string;
  /** Media type of the answer where it is not JSON. */
  readonly media?: string;
  /** Status when it worked; 200 when absent. */
  readonly status?: number;
  /** Statuses of problems that it may answer, besides those of every operation. */
  readonly problems?: readonly number[];
}

/** A path parameter and what it is. */
export const pathParameters: Readonly<Record<string, string>> = {
  account: 'Name of the account.',
  member: 'Name of the clearing member.',
  sequence: 'Sequence of the event, from 1.',
  name: 'Name of the token.',
};
