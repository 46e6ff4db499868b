import type { MarginReport } from './margin/margin-report.js';
import { jest } from '@jest/globals';
import { CommandFailure, describeFailure, exitCodes } from './failure.js';
import { createProgram, run } from './program.js';

/** Runs a command line in this process and returns what it printed. */
async function novate(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const err = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    return { exitCode: await run(args), out: () => stdout, err: () => stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('novate', () => {
  it.each([
    [['--help'], 0, 'Exit codes: 0 done'],
    [['--version'], 0, '0.1.0'],
    [['schema', '--help'], 0, 'TradeNovated'],
  ])('%j prints on stdout', async (args, exitCode, words) => {
    const result = await novate(...args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.out()).toContain(words);
    expect(result.err()).toBe('');
  });

  it.each([
    [['no-such-command'], "unknown command 'no-such-command'"],
    [['schema', '--no-such-option'], "unknown option '--no-such-option'"],
    [['schema', 'A', 'B'], 'too many arguments'],
    [['schema', 'NoSuchEvent'], 'there is no type NoSuchEvent'],
    [['schema', 'TradeNovated', '--input'], 'it is never sent'],
  ])('%j is wrong usage: exit 2', async (args, words) => {
    const result = await novate(...args);
    expect(result.exitCode).toBe(2);
    expect(result.err()).toContain(words);
    expect(result.out()).toBe('');
  });

  it('without a command prints the help on stderr and exits 2', async () => {
    const result = await novate();
    expect(result.exitCode).toBe(2);
    expect(result.err()).toContain('Usage: novate');
  });

  it('describes every command in one line', () => {
    for (const command of createProgram().commands) expect(command.summary()).not.toBe('');
  });
});

describe('novate schema', () => {
  it('prints one JSON document with every event', async () => {
    const { out } = await novate('schema');
    const { $defs } = JSON.parse(out()) as { $defs: Record<string, { title: string }> };
    expect($defs['TradeNovated']?.title).toBe('TradeNovated');
    expect($defs).toHaveProperty('TradeReportedInput');
    const { out: list } = await novate('schema', '--list');
    for (const name of list().trim().split('\n')) expect($defs).toHaveProperty(name);
  });

  it('prints the envelope of an event, or what is sent', async () => {
    const event = JSON.parse((await novate('schema', 'PriceObserved')).out()) as object;
    expect(event).toHaveProperty('properties.sequence');
    const input = JSON.parse((await novate('schema', 'PriceObserved', '--input')).out()) as object;
    expect(input).not.toHaveProperty('properties.sequence');
  });

  it('prints the binary layout', async () => {
    expect((await novate('schema', '--sbe')).out()).toMatch(/<[a-z]+:messageSchema/);
  });
});

describe('novate margin', () => {
  const files = (portfolio: string) => [
    ...['--rulebook', 'examples/margin/rulebook.json'],
    ...['--portfolio', portfolio],
  ];

  it('prints one document whose shares add up, or the same as text', async () => {
    const result = await novate('margin', ...files('examples/margin/portfolio.json'), '--json');
    expect(result.exitCode).toBe(0);
    const { initial, currency } = JSON.parse(result.out()) as MarginReport;
    const shares = [...initial.legs, ...initial.charges].map(({ amount }) => Number(amount));
    const sum = shares.reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(Number(initial.requirement), 6);
    const text = (await novate('margin', ...files('examples/margin/portfolio.json'))).out();
    expect(text).toContain(initial.requirement);
    expect(text).toContain(currency);
  });

  it('ends with 2 and one line where a file is wrong', async () => {
    const wrong = await novate('margin', ...files('examples/margin/rulebook.json'));
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err()).toBe('novate: examples/margin/rulebook.json: market is missing; add it\n');
  });
});

describe('novate docs', () => {
  it('finds the generated pages equal to the code; else run `npm run docs`', async () => {
    const result = await novate('docs', '--check');
    expect(result.err()).toBe('');
    expect(result.exitCode).toBe(0);
  });
});

describe('what a command throws', () => {
  it('becomes one line and an exit code', () => {
    const refused = new CommandFailure(exitCodes.checkFailed, 'frame 7: hash differs');
    expect(describeFailure(refused)).toEqual({ line: 'frame 7: hash differs', exitCode: 1 });
  });

  it('is the environment when the operating system refused', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(describeFailure(full)).toEqual({ line: full.message, exitCode: 3 });
  });

  it('is shown with its stack when it is our fault', () => {
    const { line, exitCode } = describeFailure(new TypeError('x is undefined'));
    expect(line).toMatch(/internal error.*TypeError: x is undefined\n +at /s);
    expect(exitCode).toBe(3);
  });
});
