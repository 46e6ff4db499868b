export { FileEventLog } from './file-event-log.js';
export type { DurableSignal, FileLog, FileLogOptions, Schedule } from './file-log-options.js';
export { FileLogReader } from './file-log-reader.js';
export {
  type FileHandlePort,
  type FileSystemPort,
  type LockPort,
  readAll,
  writeAll,
} from './file-system.js';
export { FrameIndex } from './frame-index.js';
export { makeDirectory, NodeFileSystem } from './node-file-system.js';
export { SimulatedCrash, SimulatedDisk, type DiskFaults } from './simulated-disk.js';
