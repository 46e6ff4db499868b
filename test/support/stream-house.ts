import { ClearingHouse, HouseState } from '#libs/clearing-house';
import { type EventLog, MemoryEventLog } from '#libs/event-log';
import { type InputMessage, recordLengthOf, writeRecord } from '#libs/events';
import { encodeBatchHead } from '#libs/wire';
import { PublisherServer, type PublisherServerOptions, Sequencer } from '#libs/runtime';

/** While `held` is set, nothing that is appended becomes durable. */
interface Gate {
  held: (() => void)[] | undefined;
}

/** A sequencer over a log in memory with a stream on a port of its own, and a clock by hand. */
export class StreamHouse {
  /** Lets a second pass for every connection. */
  second: () => void = () => undefined;
  address = '';
  private constructor(
    readonly sequencer: Sequencer,
    readonly server: PublisherServer,
    private readonly gate: Gate,
  ) {}

  static async open(options: PublisherServerOptions = {}): Promise<StreamHouse> {
    const memory = new MemoryEventLog();
    const { epoch } = await memory.claim();
    const gate: Gate = { held: undefined };
    const log: EventLog = {
      durability: memory.durability,
      engine: memory.engine,
      append: async (...args: Parameters<EventLog['append']>) => {
        if (gate.held !== undefined) {
          await new Promise<void>((resolve) => gate.held?.push(resolve));
        }
        return memory.append(...args);
      },
      appendLogRecords: (records, epoch_) => memory.appendLogRecords(records, epoch_),
      resolve: (frame) => memory.resolve(frame),
      claim: () => memory.claim(),
      read: (from) => memory.read(from),
      follow: (from, signal) => memory.follow(from, signal),
      readLogRecords: () => memory.readLogRecords(),
      head: () => memory.head(),
      close: () => memory.close(),
    };
    let timeUs = 1_621_382_400_000_000;
    const sequencer: Sequencer = new Sequencer({
      house: new ClearingHouse(new HouseState()),
      log,
      epoch,
      time: { nowUs: () => (timeUs += 1) },
      timeStepMaxUs: 1e9,
      onReleased: (frame) => server.release(frame),
      onRoom: () => server.resume(),
      onStopped: (reason) => {
        throw new Error(reason);
      },
    });
    let second: () => void = () => undefined;
    const server: PublisherServer = new PublisherServer(sequencer, log, {
      findGrant: (token) => ({ name: token, role: 'operator' }),
      everySecond: (action) => {
        second = action;
        return () => undefined;
      },
      ...options,
    });
    const house = new StreamHouse(sequencer, server, gate);
    house.second = second;
    await server.listen(0);
    house.address = server.address ?? '';
    return house;
  }

  seconds(count: number): void {
    for (let k = 0; k < count; k++) this.second();
  }

  /** From now on nothing becomes durable. */
  hold(): void {
    this.gate.held = [];
  }

  /** What was held back becomes durable. */
  letGo(): void {
    const held = this.gate.held ?? [];
    this.gate.held = undefined;
    for (const resolve of held) resolve();
  }

  async close(): Promise<void> {
    const closed = this.server.close();
    this.seconds(20);
    await closed;
  }
}

/** A batch of registrations of the operator's session, from a number on. */
export function registrations(first: number, count: number): Uint8Array {
  const records = Array.from({ length: count }, (_, k): Uint8Array => {
    const publisherSequence = first + k;
    const name = `p${String(publisherSequence)}`;
    const message: InputMessage = {
      ...{ type: 'PublisherRegistered', publisher: 1, publisherSequence, name },
    };
    const record = new Uint8Array(recordLengthOf(message));
    writeRecord(new DataView(record.buffer), 0, message, 0);
    return record;
  });
  const all = Buffer.concat(records);
  return Buffer.concat([encodeBatchHead(all.length, 0), all]);
}
