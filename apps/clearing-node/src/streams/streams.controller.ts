import { Controller } from '@nestjs/common';
import type { JsonSchema } from '#libs/events';
import { Handles } from '../http/handles.js';
import { asyncApiDocument } from './async-api.js';

/** The document that describes the streams; it is made once. */
@Controller()
export class StreamsController {
  private readonly document = asyncApiDocument();

  @Handles('getAsyncApi')
  asyncApi(): JsonSchema {
    return this.document;
  }
}
