import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { forbidden } from './problem.js';

/** Lets through whom the table of operations names. A route that is not in it is closed to all. */
@Injectable()
export class RoleGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { operation, grant } = context.switchToHttp().getRequest<FastifyRequest>();
    if (operation === undefined) throw forbidden();
    if (operation.roles === 'anyone') return true;
    if (grant === undefined || !operation.roles.includes(grant.role)) throw forbidden();
    return true;
  }
}
