import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ReadModel } from '#libs/runtime';
import { Handles } from '../http/handles.js';
import { READ_MODEL } from '../injection-tokens.js';
import { openApiText } from '../openapi/openapi-document.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

/** What machines ask of a node: does it live, does it serve, how is it, how is it spoken to. */
@Controller()
export class ServiceController {
  constructor(
    @Inject(READ_MODEL) private readonly model: ReadModel,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Handles('getHealth')
  health(): object {
    return { status: 'ok' };
  }

  @Handles('getReadiness')
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const sequence = String(this.model.state.clock.sequence);
    const reason = this.readiness.reason();
    if (reason === undefined) return { status: 'ready', sequence };
    void reply.code(503).header('retry-after', '1');
    return { status: 'not-ready', sequence, reason };
  }

  @Handles('getMetrics')
  async figures(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.text();
  }

  @Handles('getOpenApi')
  openApi(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-type', 'application/json; charset=utf-8');
    return openApiText();
  }
}
