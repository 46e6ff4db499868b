import type { EventLog } from '#libs/event-log';
import type { FileHandlePort, FileSystemPort } from '#libs/event-log-file';

/** A log as plain functions, so that single ones can be replaced. */
export function logOf(log: EventLog): EventLog {
  return {
    durability: log.durability,
    engine: log.engine,
    append: (frame, expectedHead) => log.append(frame, expectedHead),
    appendLogRecords: (records, epoch) => log.appendLogRecords(records, epoch),
    resolve: (frame) => log.resolve(frame),
    claim: () => log.claim(),
    read: (from) => log.read(from),
    follow: (from, signal) => log.follow(from, signal),
    readLogRecords: () => log.readLogRecords(),
    head: () => log.head(),
    close: () => log.close(),
  };
}

/** A disk as plain functions. */
export function diskOf(disk: FileSystemPort): FileSystemPort {
  return {
    makeDirectory: (path) => disk.makeDirectory(path),
    list: (directory) => disk.list(directory),
    open: (path, mode) => disk.open(path, mode),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    fsyncDirectory: (path) => disk.fsyncDirectory(path),
    lock: (path) => disk.lock(path),
  };
}

export function withHandles(
  disk: FileSystemPort,
  replaced: Partial<FileHandlePort>,
): FileSystemPort {
  return {
    ...diskOf(disk),
    open: async (path, mode) => ({ ...(await disk.open(path, mode)), ...replaced }),
  };
}
