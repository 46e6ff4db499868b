import { Controller, Inject, Req } from '@nestjs/common';
import { callView, obligationView, orderView, withdrawalView } from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import type { ApiRequest } from '../http/request-context.js';
import { READ_MODEL } from '../injection-tokens.js';
import { exactJson, headOf } from './answer-head.js';
import { MemberScope } from './member-scope.js';
import { OpenCalls } from './open-calls.js';
import { QueryParameters } from './query-parameters.js';

/** What is open and has a deadline or waits for somebody: calls, orders, withdrawals, obligations. */
@Controller()
export class SagasController {
  constructor(
    @Inject(READ_MODEL) private readonly model: ReadModel,
    @Inject(OpenCalls) private readonly calls: OpenCalls,
  ) {}

  @Handles('listSagas')
  sagas(@Req() request: ApiRequest): object {
    const { state } = this.model;
    const limit = new QueryParameters(request).count('limit');
    const scope = new MemberScope(state, request.grant);
    const calls = this.calls.accounts().filter((account) => scope.seesAccount(account));
    const orders = this.orders(scope);
    const withdrawals = [...state.withdrawals.open]
      .filter(([, { account }]) => scope.seesAccount(account))
      .map(([id]) => id);
    const obligations = state.obligations.open.filter(({ member }) => scope.seesMember(member));
    const parts = {
      calls: calls.slice(0, limit).map((account) => callView(state, account)),
      liquidationOrders: orders.slice(0, limit).map((order) => orderView(state, order)),
      withdrawals: withdrawals.slice(0, limit).map((id) => withdrawalView(state, id)),
      obligations: obligations.slice(0, limit).map((one) => obligationView(state, one)),
    };
    const counts = {
      calls: calls.length,
      liquidationOrders: orders.length,
      withdrawals: withdrawals.length,
      obligations: obligations.length,
    };
    return { ...headOf(state), counts, ...(exactJson(parts) as object) };
  }

  @Handles('listOrders')
  listOrders(@Req() request: ApiRequest): object {
    const { state } = this.model;
    const limit = new QueryParameters(request).count('limit');
    const orders = this.orders(new MemberScope(state, request.grant));
    const shown = orders.slice(0, limit).map((order) => orderView(state, order));
    return {
      ...headOf(state),
      count: orders.length,
      liquidationOrders: exactJson(shown),
    };
  }

  /** Ids of open orders that a token may see, oldest first. */
  private orders(scope: MemberScope): number[] {
    return [...this.model.state.orders.open]
      .filter(([, { account }]) => scope.seesAccount(account))
      .map(([order]) => order);
  }
}
