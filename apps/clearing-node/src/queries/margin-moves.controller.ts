import { Controller, Inject, Param, Req } from '@nestjs/common';
import { Evaluation } from '#libs/clearing-house';
import { FrozenUnit, jointMoves, movesView } from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import { pause } from '../http/pause.js';
import { badRequest, notFound, Problem } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import { READ_MODEL } from '../injection-tokens.js';
import { exactJson, headOf } from './answer-head.js';
import { MemberScope } from './member-scope.js';
import { QueryParameters } from './query-parameters.js';

const noRulebook = (): Problem =>
  new Problem(422, 'no-rulebook', 'The pool of the account has no rulebook in force.', {
    rule: 'a margin is computed by the rulebook in force',
    remedy: 'publish a rulebook for the pool, or ask again when it is in force',
  });

/** How far an account is from a breach. */
@Controller()
export class MarginMovesController {
  private readonly evaluation: Evaluation;

  constructor(@Inject(READ_MODEL) private readonly model: ReadModel) {
    this.evaluation = new Evaluation(model.state);
  }

  /** The state goes on while it is computed; the answer is about the sequence at which it began. */
  @Handles('getMarginMoves')
  async moves(@Req() request: ApiRequest, @Param('account') name: string): Promise<object> {
    const { state } = this.model;
    const parameters = new QueryParameters(request);
    const [rangePpm, pointCount] = [parameters.count('rangePpm'), parameters.count('points')];
    if (pointCount % 2 === 0) throw badRequest('points', pointCount, 'must be an odd number');
    const id = state.names.idOf('account', name);
    if (id === undefined || !new MemberScope(state, request.grant).seesAccount(id)) {
      throw notFound();
    }
    const unit = state.accounts.unitOf(id);
    const head = headOf(state);
    const frozen = FrozenUnit.of(state, this.evaluation, unit);
    if (frozen === undefined) throw noRulebook();
    const found = await jointMoves(frozen, { rangePpm, pointCount }, () => pause.ifLong());
    const view = movesView(state, unit, frozen, found);
    return { ...head, account: name, ...(exactJson(view) as object) };
  }
}
