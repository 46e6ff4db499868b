import { Controller, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Frame } from '#libs/event-log';
import {
  causeDistanceAt,
  envelopeToJson,
  type JsonObject,
  readRecord,
  recordLengthAt,
} from '#libs/events';
import type { RecordedEvent } from '#libs/replay';
import type { ReadModel } from '#libs/runtime';
import { NDJSON } from '../http/media-types.js';
import { Handles } from '../http/handles.js';
import { notFound } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import { RecordLookup } from '../inputs/record-lookup.js';
import { READ_MODEL } from '../injection-tokens.js';
import { headOf } from './answer-head.js';
import { EventHistory } from './event-history.js';
import { hiddenFields } from './event-visibility.js';
import { MemberScope } from './member-scope.js';
import { QueryParameters } from './query-parameters.js';

/** Records that one request looks at: a member's own may be far apart. */
const LOOKED_AT_MAX = 5_000;

/** The event log as JSON, for those who may see it. */
@Controller()
export class EventsController {
  constructor(
    @Inject(READ_MODEL) private readonly model: ReadModel,
    @Inject(EventHistory) private readonly history: EventHistory,
    @Inject(RecordLookup) private readonly records: RecordLookup,
  ) {}

  @Handles('listEvents')
  async list(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const parameters = new QueryParameters(request);
    const from = parameters.count('from');
    const limit = parameters.count('limit');
    const scope = new MemberScope(this.model.state, request.grant);
    const events: JsonObject[] = [];
    let looked = 0;
    const visit = (frame: Frame): number | undefined => {
      const { records, firstSequence, count } = frame;
      const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
      for (let k = 0, at = 0; k < count; k++, at += recordLengthAt(view, at)) {
        const sequence = firstSequence + k;
        if (sequence < from) continue;
        if (events.length >= limit || looked >= LOOKED_AT_MAX) return sequence;
        looked += 1;
        const event = this.shown(
          {
            sequence,
            cause: sequence - causeDistanceAt(view, at),
            frame: frame.frameNumber,
            timeUs: frame.frameTimeUs,
            message: readRecord(view, at),
          },
          scope,
        );
        if (event !== undefined) events.push(event);
      }
      return undefined;
    };
    const next = String(await this.history.read(from, visit));
    if (!wantsLines(request)) return { ...headOf(this.model.state), events, next };
    void reply.headers({ 'content-type': NDJSON, 'novate-next': next });
    return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  }

  @Handles('getEvent')
  async one(@Req() request: ApiRequest, @Param('sequence') text: string): Promise<object> {
    new QueryParameters(request);
    const sequence = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0;
    const isThere = sequence >= 1 && sequence <= this.model.state.clock.sequence;
    const found = isThere ? await this.records.at(sequence) : undefined;
    const scope = new MemberScope(this.model.state, request.grant);
    const event = found === undefined ? undefined : this.shown(found, scope);
    if (event === undefined) throw notFound();
    return { ...headOf(this.model.state), event };
  }

  /** Undefined when the asker may not see it. */
  private shown(event: RecordedEvent, scope: MemberScope): JsonObject | undefined {
    const { state } = this.model;
    const hidden = hiddenFields(event.message, scope);
    if (hidden === undefined) return undefined;
    const json = envelopeToJson(event, event.message, state.names);
    for (const field of hidden) Reflect.deleteProperty(json, field);
    return json;
  }
}

function wantsLines({ headers }: ApiRequest): boolean {
  return (headers['accept'] ?? '').toString().includes(NDJSON);
}
