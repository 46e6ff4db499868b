import { A } from '#libs/clearing';
import { restoreState, writeStateRows } from './row-bytes.js';
import { HouseState } from './state/house-state.js';

function bytesOf(state: HouseState): Buffer {
  const chunks: Uint8Array[] = [];
  writeStateRows(state, 'all', (chunk) => chunks.push(chunk.slice()));
  return Buffer.concat(chunks);
}

describe('the rows of a state', () => {
  it('are the same after a restore, names with a byte order mark and sagas among them', () => {
    const state = new HouseState();
    state.members.admit('\ufeffM');
    for (const [k, name] of ['\ufeff', 'plain', 'naïve 🦉'].entries()) {
      const id = state.accounts.append();
      state.names.add('account', id, name);
      state.accounts.set(id, A.breach, k * 1_000_000_000_000);
    }
    const restored = restoreState(bytesOf(state));
    expect(bytesOf(restored)).toEqual(bytesOf(state));
    expect(restored.names.nameOf('account', 1)).toBe('\ufeff');
    expect(restored.names.idOf('member', '\ufeffM')).toBe(1);
    expect(restored.accounts.get(3, A.breach)).toBe(2_000_000_000_000);
  });
});
