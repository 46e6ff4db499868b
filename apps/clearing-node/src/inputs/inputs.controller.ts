import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LineError } from '#libs/wire';
import { NDJSON, PROBLEM_JSON } from '../http/media-types.js';
import { HandlesInputs } from '../http/handles.js';
import { badRequest, Problem } from '../http/problem.js';
import type { ApiRequest } from '../http/request-context.js';
import { InputBatch } from './input-batch.js';
import { type InputAnswer, isAboutId } from './input-answer.js';
import type { InputSource } from './input-line.js';
import { InputIntake } from './input-intake.js';

/** Every operation that takes inputs; which type a route takes stands in the table. */
@Controller()
export class InputsController {
  constructor(@Inject(InputIntake) private readonly intake: InputIntake) {}

  @HandlesInputs()
  async send(
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { body, grant, operation } = request;
    if (body === undefined) throw badRequest('body', '', 'is missing: an input as JSON');
    const key = request.headers['idempotency-key'];
    const type = operation.input ?? 'any';
    if (body.kind === 'lines') {
      if (key !== undefined) throw badRequest('Idempotency-Key', key, 'is for a single input');
      void reply.header('content-type', NDJSON);
      return new InputBatch(this.intake, { grant, type }).run(body.text);
    }
    const beside = key === undefined ? {} : { messageId: String(key) };
    return this.sendOne(body.text, { grant, type, ...beside }, reply);
  }

  private async sendOne(text: string, source: InputSource, reply: FastifyReply): Promise<unknown> {
    const { taken, fault } = await this.intake.submit([this.intake.read(text, source)]);
    const [only] = taken;
    if (only === undefined) throw fault ?? new LineError({ rule: 'was not taken' });
    if (only.isRepeated) void reply.header('idempotent-replayed', 'true');
    if (only.answer.status === 'accepted') return only.answer;
    const problem = refused(only.answer);
    void reply.code(problem.status).header('content-type', PROBLEM_JSON);
    return problem.refusal;
  }
}

/** A recorded refusal as a problem: its body says only what the log says, so that it stays the same. */
function refused(answer: InputAnswer) {
  const { status: outcome, type: inputType, rule, reasonName, ...rest } = answer;
  const status = isAboutId(answer) ? 409 : 422;
  const body = new Problem(status, `rejection:${String(reasonName)}`, String(rule)).body();
  return { status, refusal: { ...body, outcome, inputType, rule, reasonName, ...rest } };
}
