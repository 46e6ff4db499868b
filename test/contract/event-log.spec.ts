import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventLog, MemoryLogStore } from '#libs/event-log';
import { FileEventLog, SimulatedDisk } from '#libs/event-log-file';
import { describeEventLogContract, type EventLogSubject } from './event-log-contract.js';

/** Offset in a stored frame of a byte of its body. */
const AT_BODY_BYTE = 192 + 7;

function memorySubject(): Promise<EventLogSubject> {
  const store = new MemoryLogStore();
  return Promise.resolve({
    open: () => Promise.resolve(new MemoryEventLog({ store })),
    loseAnswer: (variant) => store.inject(`unknown-${variant}`),
    damage: (_log, frameNumber) => {
      const { position } = store.landingOf(frameNumber) ?? { position: -1 };
      const bytes = store.at(position);
      bytes[AT_BODY_BYTE] = (bytes[AT_BODY_BYTE] ?? 0) ^ 4;
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  });
}

/** Small segments, so that every reading crosses borders. */
async function fileSubject(): Promise<EventLogSubject> {
  const directory = await mkdtemp(join(tmpdir(), 'novate-contract-'));
  return {
    open: () => FileEventLog.open({ directory, segmentBytes: 1024 }),
    damage: async (_log, frameNumber) => {
      // Frames 1 and 2 share the first segment with the claim; frame n > 2 is found by content.
      const { path, at } = await findFrameFile(directory, frameNumber);
      const file = await open(path, 'r+');
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, at + AT_BODY_BYTE);
      byte[0] = (byte[0] ?? 0) ^ 4;
      await file.write(byte, 0, 1, at + AT_BODY_BYTE);
      await file.close();
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Looks through the segments as bytes, independently of the reading code. */
async function findFrameFile(
  directory: string,
  frameNumber: number,
): Promise<{ readonly path: string; readonly at: number }> {
  const { readdir } = await import('node:fs/promises');
  for (const name of (await readdir(directory)).filter((each) => each.endsWith('.nvl'))) {
    const bytes = await readFile(join(directory, name));
    for (let at = bytes.indexOf('NVLFRAME'); at >= 0; at = bytes.indexOf('NVLFRAME', at + 1)) {
      const isEvent = bytes.readUInt16LE(at + 10) === 1;
      if (isEvent && Number(bytes.readBigInt64LE(at + 24)) === frameNumber) {
        return { path: join(directory, name), at };
      }
    }
  }
  throw new Error(`frame ${String(frameNumber)} is in no segment`);
}

/** The file engine on a simulated disk whose fdatasync can be made to fail. */
function simulatedSubject(): Promise<EventLogSubject> {
  const disk = new SimulatedDisk(() => 0.75);
  const directory = '/log';
  const openLog = (): Promise<FileEventLog> =>
    FileEventLog.open({
      directory,
      fs: disk,
      schedule: () => () => undefined,
    }) as Promise<FileEventLog>;
  let variant: 'stored' | 'lost' = 'stored';
  return Promise.resolve({
    open: openLog,
    loseAnswer: (wanted) => {
      variant = wanted;
      disk.faults = { syncErrorAt: disk.syncs + 1 };
    },
    recover: async () => {
      // The page cache still has the frame: a process restart finds it, a power failure does not.
      if (variant === 'stored') disk.killProcess();
      else disk.crash();
      return openLog();
    },
    dispose: () => Promise.resolve(),
  });
}

describeEventLogContract('memory', memorySubject, {
  isPersistent: true,
  allowsTwoWriters: true,
  canLoseAnswers: true,
  canBeDamaged: true,
});

describeEventLogContract('file', fileSubject, {
  isPersistent: true,
  allowsTwoWriters: false,
  canLoseAnswers: false,
  canBeDamaged: true,
});

describeEventLogContract('file on a simulated disk', simulatedSubject, {
  isPersistent: true,
  allowsTwoWriters: false,
  canLoseAnswers: true,
  canBeDamaged: false,
});
