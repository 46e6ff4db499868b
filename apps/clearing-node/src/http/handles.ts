import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { inputOperations } from '../operations/input-routes.js';
import { operationNamed } from '../operations/index.js';

/** Routes an operation of the table to a handler. */
export function Handles(id: string): MethodDecorator {
  const { method, path, status } = operationNamed(id);
  return applyDecorators(
    RequestMapping({ path, method: RequestMethod[method] }),
    HttpCode(status ?? 200),
  );
}

/** Routes every operation that takes inputs to one handler. */
export function HandlesInputs(): MethodDecorator {
  const path = inputOperations.map((operation) => operation.path);
  return applyDecorators(RequestMapping({ path, method: RequestMethod.POST }), HttpCode(200));
}
