import { ROLES } from '#libs/access';
import { catalogue, type MessageDefinition } from '#libs/events';
import { CHANNEL_NAMES } from '#libs/wire';
import { CHANNELS, INTERNAL_EVENTS } from './channels.js';

const definitions: readonly MessageDefinition[] = Object.values(catalogue);
const events = definitions.filter(({ kind }) => kind === 'input' || kind === 'decision');
const refsOf = ({ fields }: MessageDefinition, to: string) =>
  Object.entries(fields).flatMap(([name, field]) =>
    field.type === 'ref' && field.to === to ? [name] : [],
  );
const inChannels = (name: string) =>
  CHANNEL_NAMES.filter((channel) => CHANNELS[channel].events.some(({ event }) => event === name));

describe('the channel table', () => {
  it('names every event of the catalogue: in a channel, or as internal with a reason', () => {
    for (const { name } of events) {
      const isInternal = name in INTERNAL_EVENTS;
      expect([name, inChannels(name).length > 0]).toEqual([name, !isInternal]);
    }
    const known = events.map(({ name }) => name);
    expect(Object.keys(INTERNAL_EVENTS).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has every channel of the protocol and no other', () => {
    expect(Object.keys(CHANNELS).sort()).toEqual([...CHANNEL_NAMES].sort());
  });

  it('puts into `margin` exactly the events with margin figures', () => {
    const withFigures = events.filter(({ fields }) => 'equityMinor' in fields);
    expect(CHANNELS.margin.events.map(({ event }) => event).sort()).toEqual(
      withFigures.map(({ name }) => name).sort(),
    );
  });

  it('filters by fields and values that the events have', () => {
    for (const channel of Object.values(CHANNELS)) {
      for (const { event, field, in: some = [], not = [] } of channel.events) {
        if (field === undefined) continue;
        const found = catalogue[event].fields[field as never] as { values?: readonly string[] };
        expect(found).toBeDefined();
        const values = found.values ?? ['0'];
        expect(values).toEqual(expect.arrayContaining([...some, ...not]));
      }
    }
  });

  it('shows nobody an event of an account but in a scoped or an anonymous channel', () => {
    const open = CHANNEL_NAMES.filter((name) => CHANNELS[name].audiences.member === 'full');
    for (const channel of open) {
      for (const { event } of CHANNELS[channel].events) {
        const definition: MessageDefinition = catalogue[event];
        expect([event, refsOf(definition, 'account'), refsOf(definition, 'member')]).toEqual([
          event,
          [],
          [],
        ]);
      }
    }
  });

  it('lets each role subscribe to what is documented', () => {
    const table = CHANNEL_NAMES.map((channel) =>
      [channel, ...ROLES.map((role) => CHANNELS[channel].audiences[role] ?? '-')].join(' '),
    );
    expect(ROLES.join(' ')).toBe('operator publisher executor auditor member');
    expect(table).toEqual([
      'liquidations full - full full anonymous',
      'acks full own own full -',
      'calls full - - full own',
      'limits full - full full own',
      'margin full - - full own',
      'positions full - - full own',
      'trades full - - full own',
      'prices.index full full full full full',
      'prices.settlement full full full full full',
      'rulebook full full full full full',
      'day full full full full full',
      'status full full full full full',
    ]);
  });
});
