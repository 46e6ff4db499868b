import { Controller, Get, Inject } from '@nestjs/common';
import { formatTime } from '#libs/events';
import type { ReadModel } from '#libs/runtime';

/** Ports are injected by token, so that a test can hand in another read model. */
export const READ_MODEL = Symbol('READ_MODEL');

export interface Status {
  /** Last durable event that the read model has applied. */
  readonly sequence: string;
  /** Log time of it. */
  readonly time: string;
  readonly logicVersion: number;
  readonly accounts: number;
  readonly instruments: number;
  readonly runningSweeps: number;
}

/** What everybody may know of a node: that it lives, and how far its durable state is. */
@Controller()
export class StatusController {
  constructor(@Inject(READ_MODEL) private readonly model: ReadModel) {}

  @Get('health')
  health(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('v1/status')
  status(): Status {
    const { clock, accounts, instruments, sweeps } = this.model.state;
    return {
      sequence: String(clock.sequence),
      time: formatTime(clock.timeUs),
      logicVersion: clock.logicVersion,
      accounts: accounts.count,
      instruments: instruments.count,
      runningSweeps: sweeps.running.length,
    };
  }
}
