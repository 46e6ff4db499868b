import {
  catalogue,
  causeDistanceAt,
  type Directory,
  envelopeToJson,
  type EventName,
  type JsonObject,
  type MessageDefinition,
  readRecord,
} from '#libs/events';
import type { Frame } from '#libs/event-log';
import type { Anonymity } from './anonymity.js';
import { SHARED_FIELDS, SIDES } from './channels.js';

const NOTHING: readonly string[] = [];
/** Fields that tell who somebody is, by message. */
const IDENTIFYING = new Map<string, readonly string[]>(
  Object.values(catalogue as Readonly<Record<string, MessageDefinition>>).map(
    ({ name, fields }) => [
      name,
      Object.entries(fields).flatMap(([field, { type, ...rest }]) =>
        type === 'ref' && 'to' in rest && (rest.to === 'account' || rest.to === 'member')
          ? [field]
          : [],
      ),
    ],
  ),
);

/**
 * The JSON texts of one event after another: each is decoded once, when the first text is asked for,
 * and written once for each way of seeing it.
 */
export class EventText {
  private json: JsonObject | undefined;
  private fullText: string | undefined;
  private anonymousText: string | undefined;
  private readonly partTexts = new Map<string, string>();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private at = 0;
  sequence = 0;

  constructor(
    private readonly frame: Frame,
    private readonly directory: Directory,
    private readonly anonymity: Anonymity,
  ) {}

  /** Goes on to another event of the frame. */
  move(view: DataView, at: number, sequence: number): void {
    this.view = view;
    this.at = at;
    this.sequence = sequence;
    this.json = undefined;
    this.fullText = undefined;
    this.anonymousText = undefined;
    if (this.partTexts.size > 0) this.partTexts.clear();
  }

  full(): string {
    return (this.fullText ??= JSON.stringify(this.object()));
  }

  /** With opaque ids for accounts and members. */
  anonymous(): string {
    if (this.anonymousText !== undefined) return this.anonymousText;
    const json = { ...this.object() };
    for (const field of IDENTIFYING.get(json['type'] as string) ?? NOTHING) {
      const name = json[field];
      if (typeof name === 'string') json[field] = this.anonymity.idOf(name);
    }
    return (this.anonymousText = JSON.stringify(json));
  }

  /** As a member sees it that has none of the accounts in `foreign` (names of fields). */
  own(foreign: readonly string[]): string {
    const type = this.object()['type'] as EventName;
    const shared = SHARED_FIELDS[type] ?? NOTHING;
    if (foreign.length === 0 && shared.length === 0) return this.full();
    const key = foreign.join(' ');
    const known = this.partTexts.get(key);
    if (known !== undefined) return known;
    const hidden = [...shared, ...foreign.flatMap((field) => SIDES[field] ?? [field])];
    const shown = Object.entries(this.object()).filter(([field]) => !hidden.includes(field));
    const text = JSON.stringify(Object.fromEntries(shown));
    this.partTexts.set(key, text);
    return text;
  }

  private object(): JsonObject {
    if (this.json !== undefined) return this.json;
    const envelope = {
      sequence: this.sequence,
      frame: this.frame.frameNumber,
      timeUs: this.frame.frameTimeUs,
      cause: this.sequence - causeDistanceAt(this.view, this.at),
    };
    const message = readRecord(this.view, this.at);
    return (this.json = envelopeToJson(envelope, message, this.directory));
  }
}
