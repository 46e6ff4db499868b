import { FrameBuffer } from '#libs/clearing-house';
import { sharedFrame } from '#libs/runtime';

const idle: FrameBuffer[] = [];

/**
 * Frame buffers of one life of a node. They are large, and a run has many lives: what a dead process
 * held serves the next one, with what it left in them, as memory does.
 */
export class FramePool {
  private readonly taken: FrameBuffer[] = [];

  readonly take = (): FrameBuffer => {
    const frame = idle.pop() ?? sharedFrame();
    frame.begin(1);
    this.taken.push(frame);
    return frame;
  };

  /** The process is dead: it writes nothing any more. */
  giveBack(): void {
    idle.push(...this.taken.splice(0));
  }
}
