import { type DynamicModule, Module } from '@nestjs/common';
import type { ReadModel } from '#libs/runtime';
import { READ_MODEL, StatusController } from './status.controller.js';
import { StreamsController } from './streams/streams.controller.js';

/** The HTTP API over the read model. */
@Module({})
export class ApiModule {
  static over(model: ReadModel): DynamicModule {
    return {
      module: ApiModule,
      controllers: [StatusController, StreamsController],
      providers: [{ provide: READ_MODEL, useValue: model }],
    };
  }
}
