import { Controller, Inject, Param, Req } from '@nestjs/common';
import {
  accountExposureView,
  type ExposureView,
  exposureView,
  houseExposureView,
} from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import { notFound } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import { READ_MODEL } from '../injection-tokens.js';
import { AccountPages } from './account-pages.js';
import { exactJson, headOf } from './answer-head.js';
import { MemberScope } from './member-scope.js';
import { QueryParameters } from './query-parameters.js';

/** Greeks of accounts, of members over all their accounts, and of the house. */
@Controller()
export class ExposuresController {
  constructor(
    @Inject(READ_MODEL) private readonly model: ReadModel,
    @Inject(AccountPages) private readonly pages: AccountPages,
  ) {}

  @Handles('getExposures')
  account(@Req() request: ApiRequest, @Param('account') name: string): object {
    new QueryParameters(request);
    const { state } = this.model;
    const id = state.names.idOf('account', name);
    if (id === undefined || !new MemberScope(state, request.grant).seesAccount(id)) {
      throw notFound();
    }
    return this.answer({ account: name }, accountExposureView(state, id));
  }

  @Handles('getMemberExposures')
  member(@Req() request: ApiRequest, @Param('member') name: string): object {
    new QueryParameters(request);
    const { state } = this.model;
    const id = state.names.idOf('member', name);
    if (id === undefined || !new MemberScope(state, request.grant).seesMember(id)) {
      throw notFound();
    }
    return this.answer({ member: name }, exposureView(state, this.pages.accountsOf(id)));
  }

  @Handles('getHouseExposures')
  house(@Req() request: ApiRequest): object {
    new QueryParameters(request);
    return this.answer({}, houseExposureView(this.model.state));
  }

  private answer(about: object, view: ExposureView): object {
    return { ...headOf(this.model.state), ...about, ...(exactJson(view) as object) };
  }
}
