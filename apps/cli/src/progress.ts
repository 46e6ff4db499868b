/** A progress bar on stderr; nothing when stderr is not a terminal. */
export interface Progress {
  at(value: number): void;
  stop(): void;
}

const NONE: Progress = { at: () => undefined, stop: () => undefined };

/** `total` and values are in `unit`s, such as events. */
export async function startProgress(total: number, unit: string): Promise<Progress> {
  if (!process.stderr.isTTY || total === 0) return NONE;
  const { SingleBar, Presets } = await import('cli-progress').then((m) => m.default);
  const format = `{bar} {percentage} % | {value}/{total} ${unit} | {duration_formatted}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    at: (value) => {
      bar.update(value);
    },
    stop: () => {
      bar.stop();
    },
  };
}
