import cliProgress from 'cli-progress';

/** Progress for a person who watches: on stderr, and only when that is a terminal. */
export interface Progress {
  update(value: number, note: string): void;
  stop(): void;
}

const none: Progress = { update: () => undefined, stop: () => undefined };

export function startProgress(name: string, total: number): Progress {
  if (!process.stderr.isTTY) return none;
  const bar = new cliProgress.SingleBar(
    {
      format: `${name} {bar} {percentage} %  {note}`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      // The command itself answers Ctrl-C.
      gracefulExit: false,
      fps: 8,
      barsize: 30,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { note: '' });
  return {
    update: (value, note) => bar.update(value, { note }),
    stop: () => bar.stop(),
  };
}
