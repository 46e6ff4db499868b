import { type Logger, pino } from 'pino';

/** Log lines that may wait for a reader of stderr that stands still; later ones are dropped. */
const WAITING_BYTES_MAX = 1 << 20;

/**
 * JSON lines on stderr. Writing never waits: a reader of stderr that stands still must not stop the
 * node, and costs bounded memory.
 */
export function nodeLog(level: string, thread: string): Logger {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: WAITING_BYTES_MAX });
  return pino(
    {
      level,
      base: { pid: process.pid, thread },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
