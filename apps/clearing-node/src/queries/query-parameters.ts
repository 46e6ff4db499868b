import { badRequest } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import type { QueryParameter } from '../operations/index.js';

/** The parameters of a query string, as their operation declares them. */
export class QueryParameters {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly declared: readonly QueryParameter[];

  /** @throws Problem 400 for one that the operation does not have */
  constructor({ query, operation }: ApiRequest) {
    this.values = query;
    this.declared = operation.query ?? [];
    for (const name of Object.keys(query)) {
      if (!this.declared.some((one) => one.name === name)) {
        throw badRequest(name, query[name], 'is no parameter of this operation');
      }
    }
  }

  /** @throws Problem 400 unless it is a whole number in its bounds */
  count(name: string): number {
    const declared = this.declared.find((one) => one.name === name);
    const { min = 0, max = Number.MAX_SAFE_INTEGER, default: preset = 0 } = declared ?? {};
    const text = this.values[name];
    if (text === undefined) return preset;
    const count = Number(text);
    const isWhole = typeof text === 'string' && /^(0|[1-9]\d{0,15})$/.test(text);
    if (isWhole && count >= min && count <= max) return count;
    throw badRequest(name, text, `must be a whole number from ${String(min)} to ${String(max)}`);
  }

  /** @throws Problem 400 when it is given twice */
  text(name: string): string | undefined {
    const text = this.values[name];
    if (text === undefined || typeof text === 'string') return text;
    throw badRequest(name, text, 'must be given once');
  }
}
