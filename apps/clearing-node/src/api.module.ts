import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TokenFile } from '#libs/access';
import { ProblemFilter } from './http/problem.filter.js';
import { RoleGuard } from './http/role.guard.js';
import { READ_MODEL } from './injection-tokens.js';
import { InputIntake } from './inputs/input-intake.js';
import { InputsController } from './inputs/inputs.controller.js';
import { RecordLookup } from './inputs/record-lookup.js';
import type { NodeParts } from './node-parts.js';
import { AccountPages } from './queries/account-pages.js';
import { AccountsController } from './queries/accounts.controller.js';
import { EventHistory } from './queries/event-history.js';
import { EventsController } from './queries/events.controller.js';
import { ExposuresController } from './queries/exposures.controller.js';
import { HouseController } from './queries/house.controller.js';
import { MarginMovesController } from './queries/margin-moves.controller.js';
import { OpenCalls } from './queries/open-calls.js';
import { SagasController } from './queries/sagas.controller.js';
import { Metrics } from './service/metrics.js';
import { Readiness } from './service/readiness.js';
import { ServiceController } from './service/service.controller.js';
import { StreamsController } from './streams/streams.controller.js';
import { TokensController } from './tokens/tokens.controller.js';

/** The HTTP API over the parts of a reader thread. */
@Module({})
export class ApiModule {
  static over(parts: NodeParts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        ServiceController,
        InputsController,
        AccountsController,
        ExposuresController,
        MarginMovesController,
        HouseController,
        SagasController,
        EventsController,
        StreamsController,
        TokensController,
      ],
      providers: [
        { provide: READ_MODEL, useValue: parts.model },
        { provide: TokenFile, useValue: parts.tokens },
        { provide: Metrics, useValue: parts.metrics },
        { provide: Readiness, useValue: parts.readiness },
        { provide: InputIntake, useValue: parts.intake },
        { provide: RecordLookup, useValue: parts.records },
        { provide: EventHistory, useValue: parts.history },
        { provide: AccountPages, useValue: parts.accountPages },
        { provide: OpenCalls, useValue: parts.calls },
        { provide: APP_GUARD, useClass: RoleGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
