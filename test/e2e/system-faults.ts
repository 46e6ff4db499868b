import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** System calls that change what a file or a directory holds, or make it durable. */
export const STORING_CALLS = [
  ...['fdatasync', 'fsync', 'write', 'writev', 'pwrite64', 'pwritev', 'pwritev2'],
  ...['rename', 'renameat', 'renameat2', 'ftruncate', 'unlink', 'unlinkat'],
] as const;
export type StoringCall = (typeof STORING_CALLS)[number];

/** What happens in the nth such call of any thread: `signal=KILL`, `error=EIO`. */
export interface Fault {
  readonly call: StoringCall;
  readonly nth: number;
  readonly effect: string;
  /** Only calls on this file. */
  readonly path?: string;
}

/** Files of a run; what it prints goes to a file, so that its writes can be counted apart. */
export interface RunFiles {
  readonly out: string;
  readonly trace: string;
}

export interface Traced {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly trace: string;
}

/** Why faults cannot be injected here; undefined when they can. Printed, so that nobody is fooled. */
export function whyNoInjection(): string | undefined {
  if (process.platform !== 'linux') return told('strace is of Linux only');
  const probe = ['-qq', '-o', '/dev/null', '-e', 'inject=write:signal=KILL:when=1', 'echo', 'x'];
  const { error, signal } = spawnSync('strace', probe);
  if (error !== undefined) return told('strace is not installed (apt-get install strace)');
  return signal === 'SIGKILL' ? undefined : told('strace cannot inject faults here');
}

export function told(reason: string): string {
  process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

/** strace and its options, to be followed by the command. */
export function tracer(trace: string, fault: Fault | undefined): string[] {
  const calls = fault === undefined ? STORING_CALLS.join() : fault.call;
  const words = ['strace', '-f', '-qq', '-o', trace, '-e', `trace=${calls}`];
  if (fault === undefined) return words;
  const { call, effect, nth, path } = fault;
  words.push('-e', `inject=${call}:${effect}:when=${String(nth)}`);
  return path === undefined ? words : [...words, '-P', path];
}

/** Runs node with these arguments under strace, with a fault, or only counting the calls. */
export function runTraced(
  args: readonly string[],
  files: RunFiles,
  fault: Fault | undefined,
): Promise<Traced> {
  const out = openSync(files.out, 'w');
  // One thread of libuv does all disk access, so that the nth call is the same one in every run.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const options: SpawnOptions = { stdio: ['ignore', out, 'pipe'], env };
  const [strace = '', ...words] = tracer(files.trace, fault);
  const child = spawn(strace, [...words, process.execPath, ...args], options);
  closeSync(out);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((done) => {
    child.once('close', (code, signal) => {
      const [stdout, trace] = [files.out, files.trace].map((path) => readFileSync(path, 'utf8'));
      done({ code, signal, stdout: stdout ?? '', stderr, trace: trace ?? '' });
    });
  });
}

/** Most calls of one kind that any one thread made. */
export function callsIn(trace: string, call: StoringCall): number {
  const counts = new Map<string, number>();
  for (const [, thread] of trace.matchAll(new RegExp(`^(\\d+) +${call}\\(`, 'gm'))) {
    counts.set(thread ?? '', (counts.get(thread ?? '') ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Calls on the file that standard output was, by its descriptor. */
export function printsIn(trace: string): number {
  return [...trace.matchAll(/^\d+ +write\(1, /gm)].length;
}
