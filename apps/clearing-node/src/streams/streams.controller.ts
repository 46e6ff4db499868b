import { Controller, Get } from '@nestjs/common';
import type { JsonSchema } from '#libs/events';
import { asyncApiDocument } from './async-api.js';

/** The document that describes the streams; it is made once. */
@Controller()
export class StreamsController {
  private readonly document = asyncApiDocument();

  @Get('v1/asyncapi.json')
  asyncApi(): JsonSchema {
    return this.document;
  }
}
