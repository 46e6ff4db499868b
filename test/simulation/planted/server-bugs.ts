import type { Frame } from '#libs/event-log';
import { PublisherServer, type ReleasedFrame } from '#libs/runtime';
import type { NodeParts } from '#libs/simulator';
import { logOf } from './ports.js';

type ServerParts = Parameters<NodeParts['server']>;

export function catchingUpLate(...[sequencer, log, everySecond]: ServerParts): PublisherServer {
  const late = {
    ...logOf(log),
    follow: (from: number, signal: AbortSignal) => log.follow(from + 6, signal),
  };
  return new PublisherServer(sequencer, late, { everySecond });
}

export function tellingWrongly(...[sequencer, log, everySecond]: ServerParts): PublisherServer {
  const wrong = {
    ...logOf(log),
    follow: async function* (from: number, signal: AbortSignal): AsyncIterable<Frame> {
      for await (const frame of log.follow(from, signal)) {
        yield { ...frame, firstSequence: frame.firstSequence + 1 };
      }
    },
  };
  return new PublisherServer(sequencer, wrong, { everySecond });
}

/** Does not tell anybody of one frame in so many. */
export class ForgetfulServer extends PublisherServer {
  private frames = 0;

  override release(frame: ReleasedFrame): void {
    this.frames += 1;
    if (this.frames % 40 !== 0) super.release(frame);
  }
}
