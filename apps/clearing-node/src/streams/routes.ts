import { type FixedLayout, layouts } from '#libs/events';
import { invariant } from '#libs/units';
import type { ChannelName } from '#libs/wire';
import { type ChannelEvent, CHANNELS } from './channels.js';

/** A fixed field of an event, and where it stands in a record. */
export interface FieldPlace {
  readonly name: string;
  readonly offset: number;
}

/** How records of one template reach one channel; compiled from the channel table. */
export interface Route {
  readonly templateId: number;
  /** Whether a record is one of the channel's. */
  readonly applies: (view: DataView, at: number) => boolean;
  /** Accounts that the event names. */
  readonly accounts: readonly FieldPlace[];
  /** Members that the event names. */
  readonly members: readonly FieldPlace[];
  /** It concerns a range of accounts: the first, and one past the last. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** The routes of a channel. */
export function routesOf(channel: ChannelName): readonly Route[] {
  return CHANNELS[channel].events.map((entry) => {
    const { templateId, fields } = layouts[entry.event];
    const range = entry.accountRange?.map((name) => fieldOf(fields, name).offset);
    return {
      templateId,
      applies: conditionOf(entry, fields),
      accounts: refsTo('account', fields),
      members: refsTo('member', fields),
      ...(range === undefined ? {} : { range: { from: range[0] ?? 0, to: range[1] ?? 0 } }),
    };
  });
}

function refsTo(target: 'account' | 'member', fields: readonly FixedLayout[]): FieldPlace[] {
  return fields
    .filter(({ field }) => field.type === 'ref' && field.to === target)
    .map(({ name, offset }) => ({ name, offset }));
}

function fieldOf(fields: readonly FixedLayout[], name: string): FixedLayout {
  const found = fields.find((field) => field.name === name);
  invariant(found !== undefined, 'the channel table names fields that exist', () => name);
  return found;
}

function conditionOf(entry: ChannelEvent, fields: readonly FixedLayout[]): Route['applies'] {
  if (entry.field === undefined) return () => true;
  const { field, offset, size } = fieldOf(fields, entry.field);
  if (size === 8) {
    invariant(entry.not?.join() === '0', 'a number is only asked whether it is there');
    return (view, at) => (view.getUint32(at + offset, true) | view.getInt32(at + offset + 4)) !== 0;
  }
  invariant(field.type === 'enum', 'other conditions are on enumerations');
  const wanted = new Set((entry.in ?? []).map((value) => field.values.indexOf(value)));
  invariant(!wanted.has(-1), 'the channel table names values that exist');
  return (view, at) => wanted.has(view.getUint8(at + offset));
}
