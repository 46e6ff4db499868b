import { Controller, Inject, Param, Req } from '@nestjs/common';
import { Evaluation } from '#libs/clearing-house';
import { accountView, DeleveragingQueue, marginAfter } from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import { pause } from '../http/pause.js';
import { notFound } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import { READ_MODEL } from '../injection-tokens.js';
import { AccountPages } from './account-pages.js';
import { exactJson, headOf } from './answer-head.js';
import { accountLine, marginLine } from './account-lines.js';
import { intendedTrade, unmarginable } from './intended-trade.js';
import { MemberScope } from './member-scope.js';
import { QueryParameters } from './query-parameters.js';

/** Accounts that are ranked before others get their turn. */
const RANKED_AT_ONCE = 256;

/** Accounts: what they hold, and how their margin stands. */
@Controller()
export class AccountsController {
  private readonly evaluation: Evaluation;

  constructor(
    @Inject(READ_MODEL) private readonly model: ReadModel,
    @Inject(AccountPages) private readonly pages: AccountPages,
  ) {
    this.evaluation = new Evaluation(model.state);
  }

  @Handles('listAccounts')
  list(@Req() request: ApiRequest): object {
    const { rows, next } = this.page(request, (id) => accountLine(this.model.state, id));
    return { ...this.head(), accounts: rows, ...(next === undefined ? {} : { next }) };
  }

  @Handles('listMargin')
  listMargin(@Req() request: ApiRequest): object {
    const { rows, next } = this.page(request, (id) =>
      marginLine(this.model.state, id, this.evaluation),
    );
    return { ...this.head(), accounts: rows, ...(next === undefined ? {} : { next }) };
  }

  @Handles('getAccount')
  one(@Req() request: ApiRequest, @Param('account') name: string): object {
    return { ...this.head(), ...this.view(request, name) };
  }

  @Handles('getPositions')
  positions(@Req() request: ApiRequest, @Param('account') name: string): object {
    const { account, positions } = this.view(request, name);
    return { ...this.head(), account, positions };
  }

  @Handles('getBalances')
  balances(@Req() request: ApiRequest, @Param('account') name: string): object {
    const { account, balances } = this.view(request, name);
    return { ...this.head(), account, balances };
  }

  @Handles('getMargin')
  margin(@Req() request: ApiRequest, @Param('account') name: string): object {
    const { account, state, parent, margin } = this.view(request, name);
    const judgedWith = parent === undefined ? {} : { parent };
    const figures = margin === undefined ? {} : { margin };
    return { ...this.head(), account, state, ...judgedWith, ...figures };
  }

  @Handles('getMarginAfter')
  marginAfter(@Req() request: ApiRequest, @Param('account') name: string): object {
    const { state } = this.model;
    const parameters = new QueryParameters(request);
    const account = this.idOf(request, name);
    const trade = intendedTrade(state, account, parameters);
    const found = marginAfter(state, this.evaluation, trade);
    if (typeof found === 'number') throw unmarginable(found);
    const { quantityLots, priceTicks, isBuy } = trade;
    const instrument = state.names.nameOf('instrument', trade.instrument);
    const side = isBuy ? 'buy' : 'sell';
    const said = { account: name, instrument, side, quantityLots, priceTicks };
    return { ...this.head(), ...(exactJson({ ...said, ...found }) as object) };
  }

  @Handles('getDeleveraging')
  async deleveraging(@Req() request: ApiRequest, @Param('account') name: string): Promise<object> {
    new QueryParameters(request);
    const { state } = this.model;
    const queue = new DeleveragingQueue(state, this.evaluation, this.idOf(request, name));
    for (let from = 1; !queue.isEmpty && from <= state.accounts.count; from += RANKED_AT_ONCE) {
      queue.count(from, Math.min(from + RANKED_AT_ONCE, state.accounts.count + 1));
      await pause.ifLong();
    }
    const positions = queue.places().map(({ instrument, ...place }) => ({
      instrument: state.names.nameOf('instrument', instrument),
      ...place,
    }));
    return { ...this.head(), ...(exactJson({ account: name, positions }) as object) };
  }

  private head() {
    return headOf(this.model.state);
  }

  private page<Row>(request: ApiRequest, rowOf: (account: number) => Row | undefined) {
    const parameters = new QueryParameters(request);
    const scope = new MemberScope(this.model.state, request.grant);
    const [limit, after] = [parameters.count('limit'), parameters.text('after')];
    return this.pages.page({ scope, limit, after, rowOf });
  }

  /** @throws Problem 404, whether the account is missing or somebody else's */
  private view(request: ApiRequest, name: string): Record<string, unknown> {
    new QueryParameters(request);
    const id = this.idOf(request, name);
    return exactJson(accountView(this.model.state, id, this.evaluation)) as Record<string, unknown>;
  }

  /** @throws Problem 404, whether the account is missing or somebody else's */
  private idOf(request: ApiRequest, name: string): number {
    const { state } = this.model;
    const id = state.names.idOf('account', name);
    if (id === undefined || !new MemberScope(state, request.grant).seesAccount(id))
      throw notFound();
    return id;
  }
}
