import { message } from '../schema.js';

export const EngineDeclared = message({
  name: 'EngineDeclared',
  templateId: 1,
  version: 1,
  kind: 'log',
  doc: 'The engine and the durability it promises, written at every start.',
  fields: {
    durability: {
      type: 'enum',
      values: ['memory', 'os-cache', 'quorum-memory', 'fsync', 'fsync+quorum'],
      doc: 'What an acknowledgement means.',
    },
    engine: { type: 'text', maxBytes: 64, doc: 'Name and version of the engine.' },
  },
});

export const EpochOpened = message({
  name: 'EpochOpened',
  templateId: 2,
  version: 1,
  kind: 'log',
  doc: 'A writer took over; frames of an older epoch after this point are inert.',
  fields: {
    epoch: { type: 'i64', doc: 'The new epoch.' },
    headSequence: { type: 'i64', doc: 'Last event sequence before it.' },
  },
});

export const RootRecorded = message({
  name: 'RootRecorded',
  templateId: 3,
  version: 1,
  kind: 'log',
  doc: 'Both roots of the state after an event, computed off the hot path.',
  fields: {
    sequence: { type: 'i64', doc: 'The state after this event.' },
    stateRoot: { type: 'bytes', maxBytes: 32, doc: 'SHA-256 over all rows.' },
    businessRoot: { type: 'bytes', maxBytes: 32, doc: 'SHA-256 over the business rows.' },
  },
});

export const SnapshotTaken = message({
  name: 'SnapshotTaken',
  templateId: 4,
  version: 1,
  kind: 'log',
  doc: 'A snapshot exists beside the log; recovery may start from it.',
  fields: {
    sequence: { type: 'i64', doc: 'The state after this event.' },
    logicVersion: { type: 'u32', doc: 'Logic in force.' },
    layoutVersion: { type: 'u32', doc: 'Layout of the snapshot.' },
    stateRoot: { type: 'bytes', maxBytes: 32, doc: 'Its root.' },
    file: { type: 'text', maxBytes: 128, doc: 'File name in the directory of the log.' },
  },
});
