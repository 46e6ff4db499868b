import { Controller, Inject, Req } from '@nestjs/common';
import { instrumentViews, memberViews, poolViews } from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import type { ApiRequest } from '../http/request-context.js';
import { READ_MODEL } from '../injection-tokens.js';
import { exactJson, headOf } from './answer-head.js';
import { MemberScope } from './member-scope.js';
import { QueryParameters } from './query-parameters.js';

/** The house besides its accounts: status, members, instruments, pools. */
@Controller()
export class HouseController {
  constructor(@Inject(READ_MODEL) private readonly model: ReadModel) {}

  @Handles('getStatus')
  status(@Req() request: ApiRequest): object {
    new QueryParameters(request);
    const { clock, accounts, instruments, members, pools, sweeps } = this.model.state;
    const head = headOf(this.model.state);
    return {
      ...head,
      ...(head.asOf === undefined ? {} : { time: head.asOf }),
      frame: String(this.model.frameNumber),
      logicVersion: clock.logicVersion,
      accounts: accounts.count,
      instruments: instruments.count,
      members: members.count,
      pools: pools.count,
      runningSweeps: sweeps.running.length,
    };
  }

  @Handles('listMembers')
  members(@Req() request: ApiRequest): object {
    new QueryParameters(request);
    const { state } = this.model;
    const scope = new MemberScope(state, request.grant);
    const members = memberViews(state).filter((_, k) => scope.seesMember(k + 1));
    return this.answer({ members });
  }

  @Handles('listInstruments')
  instruments(@Req() request: ApiRequest): object {
    new QueryParameters(request);
    return this.answer({ instruments: instrumentViews(this.model.state) });
  }

  @Handles('listPools')
  pools(@Req() request: ApiRequest): object {
    new QueryParameters(request);
    return this.answer({ pools: poolViews(this.model.state) });
  }

  private answer(parts: object): object {
    return { ...headOf(this.model.state), ...(exactJson(parts) as object) };
  }
}
