import { Controller, Inject, Param, Req } from '@nestjs/common';
import { type Grant, GrantError, TokenFile } from '#libs/access';
import { shownValue } from '#libs/wire';
import { Handles } from '../http/handles.js';
import { jsonObjectOf } from '../http/json-text.js';
import { badRequest, notFound, Problem } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';

const FIELDS: readonly string[] = ['name', 'role', 'publisher', 'member'];

/** Tokens, for operators: made, listed without their secrets, taken back. */
@Controller()
export class TokensController {
  constructor(@Inject(TokenFile) private readonly tokens: TokenFile) {}

  @Handles('listTokens')
  list(): object {
    return { tokens: this.tokens.grants() };
  }

  @Handles('createToken')
  create(@Req() { body }: ApiRequest): object {
    if (body?.kind !== 'json') throw badRequest('body', '', 'must be one JSON object');
    const grant = grantOf(jsonObjectOf(body.text));
    if (this.tokens.grants().some(({ name }) => name === grant.name)) {
      throw new Problem(409, 'name-taken', 'A token of that name exists.', {
        field: 'name',
        value: grant.name,
        rule: 'must not be in use',
        remedy: 'Choose another, or take the old one back first.',
      });
    }
    try {
      return { ...grant, token: this.tokens.add(grant) };
    } catch (error) {
      if (!(error instanceof GrantError)) throw error;
      const rule = error.message;
      throw new Problem(422, 'grant-inconsistent', rule, { rule });
    }
  }

  @Handles('deleteToken')
  remove(@Req() { grant }: ApiRequest, @Param('name') name: string): void {
    if (name === grant.name) {
      const detail = 'A token does not take itself back: nobody might be left to make another.';
      throw new Problem(409, 'own-token', detail);
    }
    if (!this.tokens.remove(name)) throw notFound();
  }
}

function grantOf(json: Readonly<Record<string, unknown>>): Grant {
  for (const [field, value] of Object.entries(json)) {
    if (!FIELDS.includes(field)) throw badRequest(field, value, 'is no field of a grant');
    if (typeof value !== 'string') throw badRequest(field, shownValue(value), 'must be a string');
  }
  for (const field of ['name', 'role']) {
    if (json[field] === undefined) throw badRequest(field, 'nothing', 'is missing');
  }
  return json as unknown as Grant; // what fits together is checked where it is added
}
