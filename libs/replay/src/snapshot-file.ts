import { createHash } from 'node:crypto';
import { type HouseState, LAYOUT_VERSION, logicOf, restoreState } from '#libs/clearing-house';
import { type FileSystemPort, NodeFileSystem, readAll, writeAll } from '#libs/event-log-file';
import { hex, rootsOf } from './roots.js';

const MAGIC = 'novate snapshot 1\n';
const SUFFIX = '.snapshot';
/** Written and not synced at most. */
const UNSYNCED_BYTES_MAX = 1024 * 1024;
/** How many snapshots stay beside the log. */
const KEPT = 3;

export interface SnapshotHeader {
  readonly sequence: number;
  readonly logicVersion: number;
  readonly layoutVersion: number;
  readonly stateRoot: string;
  readonly businessRoot: string;
}

/**
 * Writes a snapshot so that it exists whole and durable or not at all: aside, synced, renamed,
 * directory synced. Older ones beyond the last three go. Returns its header and file name. The state
 * is read before the first wait: it may change meanwhile.
 */
export async function writeSnapshot(
  directory: string,
  state: HouseState,
  fs: FileSystemPort = new NodeFileSystem(),
): Promise<{ readonly header: SnapshotHeader; readonly file: string }> {
  const rows: Uint8Array[] = [];
  const { stateRoot, businessRoot } = rootsOf(state, (chunk) => rows.push(chunk.slice()));
  const header: SnapshotHeader = {
    sequence: state.clock.sequence,
    logicVersion: state.clock.logicVersion,
    layoutVersion: LAYOUT_VERSION,
    stateRoot: hex(stateRoot),
    businessRoot: hex(businessRoot),
  };
  const file = `${String(header.sequence).padStart(16, '0')}${SUFFIX}`;
  const head = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`);
  await writeAside(fs, `${directory}/${file}.new`, [head, ...rows]);
  await fs.rename(`${directory}/${file}.new`, `${directory}/${file}`);
  await fs.fsyncDirectory(directory);
  for (const old of (await listSnapshots(directory, fs)).slice(KEPT)) {
    await fs.remove(`${directory}/${old}`);
  }
  return { header, file };
}

/**
 * Writes a new file and syncs it; one that an earlier attempt left is replaced. Synced on the way, so
 * that the log's own sync never waits for more of it than this: measured, a snapshot of 60 MB written
 * at once held acknowledgements up for 100 ms.
 */
async function writeAside(
  fs: FileSystemPort,
  path: string,
  chunks: readonly Uint8Array[],
): Promise<void> {
  await fs.remove(path).catch(() => undefined);
  const handle = await fs.open(path, 'create');
  try {
    let at = 0;
    let synced = 0;
    for (const chunk of chunks) {
      await writeAll(handle, chunk, at);
      at += chunk.length;
      if (at - synced < UNSYNCED_BYTES_MAX) continue;
      await handle.fdatasync();
      synced = at;
    }
    await handle.fdatasync();
  } finally {
    await handle.close();
  }
}

/** Names of the snapshots in a directory, newest first. */
export async function listSnapshots(
  directory: string,
  fs: FileSystemPort = new NodeFileSystem(),
): Promise<string[]> {
  const names = await fs.list(directory).catch(() => []);
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .reverse();
}

/** Why a snapshot is not used; the state is then built from an older one or from the log. */
export type SnapshotFault = 'damaged' | 'other-layout' | 'unknown-logic';

/** Reads a snapshot; its rows must hash to the root it names. */
export async function readSnapshot(
  directory: string,
  file: string,
  fs: FileSystemPort = new NodeFileSystem(),
): Promise<{ readonly header: SnapshotHeader; readonly state: HouseState } | SnapshotFault> {
  const bytes = await readWhole(fs, `${directory}/${file}`);
  const end = bytes.indexOf(10, MAGIC.length);
  if (bytes.subarray(0, MAGIC.length).toString() !== MAGIC || end < 0) return 'damaged';
  const header = parseHeader(bytes.subarray(MAGIC.length, end).toString());
  if (header === undefined) return 'damaged';
  if (header.layoutVersion !== LAYOUT_VERSION) return 'other-layout';
  if (logicOf(header.logicVersion) === undefined) return 'unknown-logic';
  const rows = bytes.subarray(end + 1);
  if (createHash('sha256').update(rows).digest('hex') !== header.stateRoot) return 'damaged';
  return { header, state: restoreState(rows) };
}

async function readWhole(fs: FileSystemPort, path: string): Promise<Buffer> {
  const handle = await fs.open(path, 'read');
  try {
    const bytes = Buffer.alloc(await handle.size());
    return bytes.subarray(0, await readAll(handle, bytes, 0));
  } finally {
    await handle.close();
  }
}

/** Undefined for any text that is not written as `writeSnapshot` writes it. */
function parseHeader(text: string): SnapshotHeader | undefined {
  try {
    const found = JSON.parse(text) as SnapshotHeader;
    const { sequence, logicVersion, layoutVersion, stateRoot, businessRoot } = found;
    const header = { sequence, logicVersion, layoutVersion, stateRoot, businessRoot };
    return JSON.stringify(header) === text ? header : undefined;
  } catch {
    return undefined;
  }
}
