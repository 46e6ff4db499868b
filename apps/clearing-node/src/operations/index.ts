import { inputOperations } from './input-routes.js';
import type { Operation } from './operation.js';
import { queryOperations } from './query-operations.js';

const serviceOperations: readonly Operation[] = [
  {
    id: 'getHealth',
    method: 'GET',
    path: '/health',
    roles: 'anyone',
    summary: 'Whether the process lives.',
    answer: 'Health',
  },
  {
    id: 'getReadiness',
    method: 'GET',
    path: '/ready',
    roles: 'anyone',
    summary: 'Whether it serves as it should; 503 with the reason when not.',
    answer: 'Readiness',
  },
  {
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    roles: 'anyone',
    summary: 'Figures for Prometheus; nothing of an account.',
    media: 'text/plain',
  },
  {
    id: 'getOpenApi',
    method: 'GET',
    path: '/v1/openapi.json',
    roles: 'anyone',
    summary: 'This document.',
    answer: 'OpenApi',
  },
  {
    id: 'getAsyncApi',
    method: 'GET',
    path: '/v1/asyncapi.json',
    roles: 'anyone',
    summary: 'The document that describes the streams.',
    answer: 'AsyncApi',
  },
];

const tokenOperations: readonly Operation[] = [
  {
    id: 'listTokens',
    method: 'GET',
    path: '/v1/tokens',
    roles: ['operator'],
    summary: 'Grants, without their secrets.',
    answer: 'Grants',
  },
  {
    id: 'createToken',
    method: 'POST',
    path: '/v1/tokens',
    roles: ['operator'],
    summary: 'Make a token; its secret is in this answer and nowhere else.',
    body: 'GrantRequest',
    answer: 'NewToken',
    status: 201,
    problems: [409, 413, 415, 422],
  },
  {
    id: 'deleteToken',
    method: 'DELETE',
    path: '/v1/tokens/:name',
    roles: ['operator'],
    summary: 'Take a token back, at once.',
    status: 204,
    problems: [404, 409],
  },
];

/** Every operation of the API. What is not here is not served. */
export const operations: readonly Operation[] = [
  ...serviceOperations,
  ...inputOperations,
  ...queryOperations,
  ...tokenOperations,
];

const byRoute = new Map(operations.map((one) => [`${one.method} ${one.path}`, one]));

/** The operation of a route of the router; undefined when there is none. */
export function operationAt(method: string, path: string): Operation | undefined {
  return byRoute.get(`${method} ${path}`);
}

/** @throws Error when there is none: a handler without an operation is a fault of the program */
export function operationNamed(id: string): Operation {
  const found = operations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
}

export type { Operation, QueryParameter } from './operation.js';
