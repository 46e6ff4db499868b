import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const script = join(process.cwd(), 'examples/python/publish_trades.py');

/** Whether there is a Python to run the client with; says so when there is none. */
export function hasPython(): boolean {
  if (spawnSync('python3', ['--version']).status === 0) return true;
  process.stdout.write('skipped: the Python client needs python3\n');
  return false;
}

/** Runs the example; resolves with what it said, rejects when it failed. */
export function publishTrades(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn('python3', [script, ...args], { env });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`exit code ${String(code)}: ${said}`));
    });
  });
}
