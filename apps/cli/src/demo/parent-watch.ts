/**
 * Loaded into the node before its own program when a driver starts it: when the driver is gone,
 * however it ended, the node stops cleanly and frees the log, so that the day can be resumed.
 */
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
