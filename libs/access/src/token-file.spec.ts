import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Grant, GrantError } from './grants.js';
import { type TokenEntry, TokenFile, TokenFileError } from './token-file.js';

const initial: Grant[] = [
  { name: 'operator', role: 'operator' },
  { name: 'auditor', role: 'auditor' },
];

describe('the token file', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novate-access-'));
    path = join(directory, 'tokens.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const tokenOf = (name: string): string => {
    const entries = JSON.parse(readFileSync(path, 'utf8')) as TokenEntry[];
    return entries.find((entry) => entry.name === name)?.token ?? '';
  };

  it('is created once, for its owner alone', () => {
    TokenFile.open(path, initial);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const token = tokenOf('operator');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(TokenFile.open(path, initial).find(token)).toEqual(initial[0]);
    expect(tokenOf('operator')).toBe(token);
  });

  it('knows no other token', () => {
    const file = TokenFile.open(path, initial);
    expect(file.find('')).toBeUndefined();
    expect(file.find(`${tokenOf('operator')}x`)).toBeUndefined();
  });

  it('sees a grant that another process added or took back', () => {
    const file = TokenFile.open(path, initial);
    const other = TokenFile.open(path);
    const token = other.add({ name: 'm1', role: 'member', member: 'M01' });
    expect(file.find(token)).toEqual({ name: 'm1', role: 'member', member: 'M01' });
    expect(other.remove('m1')).toBe(true);
    expect(other.remove('m1')).toBe(false);
    expect(file.find(token)).toBeUndefined();
    expect(file.grants()).toEqual(initial);
  });

  it('refuses grants that do not fit their role, and a name in use', () => {
    const file = TokenFile.open(path, initial);
    const refused: [Grant, string][] = [
      [{ name: 'operator', role: 'auditor' }, 'in use'],
      [{ name: 'a b', role: 'auditor' }, 'letters'],
      [{ name: 'x', role: 'root' as 'operator' }, 'one of operator'],
      [{ name: 'x', role: 'publisher' }, 'publisher'],
      [{ name: 'x', role: 'auditor', publisher: 'p' }, 'publisher'],
      [{ name: 'x', role: 'member' }, 'member'],
      [{ name: 'x', role: 'operator', member: 'M01' }, 'member'],
      [{ name: 'x', role: 'publisher', publisher: '' }, 'bytes'],
      [{ name: 'x', role: 'member', member: 'é'.repeat(17) }, 'bytes'],
    ];
    for (const [grant, rule] of refused) {
      expect(() => file.add(grant)).toThrow(GrantError);
      expect(() => file.add(grant)).toThrow(rule);
    }
    expect(file.grants()).toEqual(initial);
  });

  it('refuses a file that others can read, or that is none', () => {
    TokenFile.open(path, initial);
    chmodSync(path, 0o644);
    expect(() => TokenFile.open(path)).toThrow(TokenFileError);
    expect(() => TokenFile.open(path)).toThrow('chmod 600');
    expect(() => TokenFile.open(join(directory, 'none.json'))).toThrow('is missing');
  });
});
