import { STATUS_CODES } from 'node:http';

/** What a problem may say besides its status and sentence (RFC 9457). */
export interface ProblemDetails {
  /** Path of the field that is wrong. */
  readonly field?: string;
  /** The value it had, cut short. */
  readonly value?: string;
  readonly rule?: string;
  readonly remedy?: string;
  /** Number in the rejection registry, where the input was refused by the clearing house. */
  readonly reason?: number;
  readonly reasonName?: string;
  readonly messageId?: string;
  readonly status?: string;
  /** Sequence, frame and time of the recorded refusal. */
  readonly sequence?: string;
  readonly frame?: string;
  readonly time?: string;
}

/** An answer that is not what was asked for; sent as application/problem+json. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    /** One word or two with hyphens: the end of the problem's type. */
    readonly kind: string,
    /** One sentence. It never tells whether something exists that the asker may not see. */
    readonly detail: string,
    readonly details: Omit<ProblemDetails, 'status'> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  /** With the request's id, unless the body must be the same whenever it is asked for. */
  body(requestId?: string): Record<string, unknown> {
    return {
      type: `urn:novate:problem:${this.kind}`,
      title: STATUS_CODES[this.status] ?? 'Problem',
      status: this.status,
      detail: this.detail,
      ...(requestId === undefined ? {} : { requestId }),
      ...this.details,
    };
  }
}

/** Seconds after which to try again when nothing better is known. */
const RETRY_SECONDS = '1';

/** Not now: nothing was done, try again later. */
export function unavailable(kind: string, detail: string): Problem {
  return new Problem(503, kind, detail, {}, { 'retry-after': RETRY_SECONDS });
}

export const notFound = (): Problem =>
  new Problem(404, 'not-found', 'There is no such thing, or it is not yours to see.');

/** Well-formed, and it names nothing that the asker may see. */
export function unknownName(field: string, value: string, rule: string): Problem {
  return new Problem(422, 'unknown-name', `${field} ${rule}`, { field, value, rule });
}

export const forbidden = (): Problem =>
  new Problem(403, 'forbidden', 'The role of this token may not do this.');

/** @param field the parameter, header or field that is wrong */
export function badRequest(field: string, value: unknown, rule: string): Problem {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new Problem(400, 'bad-request', `${field} ${rule}`, { field, value: shown, rule });
}
