/** A line of input, and how it must be answered: not at all recorded, or with a numbered reason. */
export interface HostileLine {
  readonly name: string;
  readonly line: string | Buffer;
  /** `error`: the field that is named, or '' for the line as a whole; `reason`: of a rejection. */
  readonly expected:
    { readonly error: string; readonly rule: RegExp } | { readonly reason: number };
}

const TIME = '2021-05-19T00:03:00Z';
const price = { type: 'PriceObserved', instrument: 'BTC-PERP', priceTicks: '400000' };
const strike = { expiryPlace: 0, strikeTicks: '400000', volatilityPpm: 500000 };
const surface = {
  ...{ type: 'VolatilitySurfaceObserved', instrument: 'BTC-PERP', observedAt: TIME },
  ...{ expiries: [{ expiry: '2021-06-25T08:00:00Z', forwardTicks: '400000' }], points: [strike] },
};
const deposit = { type: 'CollateralDeposited', account: 'bob', currency: 'USD', amountMinor: '5' };
const trade = {
  ...{
    type: 'TradeReported',
    venue: 'XNOV',
    instrument: 'BTC-PERP',
    buyer: 'maker',
    seller: 'bob',
  },
  ...{ tradeDate: '2021-05-19', priceTicks: '400000', quantityLots: '10', executedAt: TIME },
  ...{ matchId: '900', tradeId: '900', tradeType: 'regular', aggressor: 'buyer' },
};

/** A line that breaks a rule of its form: which field, and what the rule says. */
function wrong(name: string, error: string, rule: RegExp, line: object | string | Buffer) {
  const text = typeof line === 'string' || Buffer.isBuffer(line) ? line : JSON.stringify(line);
  return { name, line: text, expected: { error, rule } };
}

/** A line that is well-formed and against a rule of the house. */
function refused(name: string, reason: number, line: object): HostileLine {
  return { name, line: JSON.stringify({ time: TIME, ...line }), expected: { reason } };
}

const NO_JSON = /is not JSON/;
const NO_OBJECT = /is not a JSON object/;
const MISSING = /is missing/;
const NO_MESSAGE = /is not the name of a message/;
const NO_FIELD = /is not a field of this message/;
const NO_NUMBER = /must be a whole number as a decimal string/;
const TOO_LARGE = /must be between -\(2\^53 - 1\) and 2\^53 - 1/;
const UNKNOWN = /is not a known (instrument|account|venue|currency|publisher)/;
const NO_TIME = /must be an RFC 3339 time/;
const NO_ID = /must be 1 to 36 printable ASCII characters/;

const texts: HostileLine[] = [
  wrong('no JSON', '', NO_JSON, 'hello'),
  wrong('an object cut off', '', NO_JSON, JSON.stringify(trade).slice(0, -1)),
  wrong('a string cut off', '', NO_JSON, '{"type":"Member'),
  wrong('two objects', '', NO_JSON, `${JSON.stringify(price)}${JSON.stringify(price)}`),
  wrong('single quotes', '', NO_JSON, "{'type':'PriceObserved'}"),
  wrong('a comma at the end', '', NO_JSON, '{"type":"PriceObserved",}'),
  wrong('NaN', '', NO_JSON, '{"type":"CurrencyListed","name":"X","minorDigits":NaN}'),
  wrong('a bare control character', '', NO_JSON, '{"type":"Price\u0001"}'),
  wrong('a byte order mark alone in the middle', '', NO_JSON, '{\ufeff"type":"PriceObserved"}'),
  wrong('null', '', NO_OBJECT, 'null'),
  wrong('a number', '', NO_OBJECT, '12'),
  wrong('a string', '', NO_OBJECT, '"TradeReported"'),
  wrong('an array of inputs', '', NO_OBJECT, [price]),
  wrong('a hundred thousand brackets', '', /longer than|JSON/, '['.repeat(100_000)),
  wrong('thirty thousand brackets', '', NO_JSON, '['.repeat(30_000)),
  wrong('ten thousand objects', 'type', MISSING, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
  wrong('more than 64 KiB', '', /longer than 65536 bytes/, `{"type":"${'x'.repeat(70_000)}"}`),
  wrong('broken UTF-8', '', /not valid UTF-8/, Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])),
  wrong(
    'half of a surrogate in UTF-8',
    '',
    /not valid UTF-8/,
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  ),
  wrong('zeros', '', NO_JSON, Buffer.alloc(64)),
];

const types: HostileLine[] = [
  wrong('no type', 'type', MISSING, { name: 'x' }),
  wrong('an empty object', 'type', MISSING, {}),
  wrong('an unknown type', 'type', NO_MESSAGE, { type: 'TradeInvented' }),
  wrong('a type that is a number', 'type', NO_MESSAGE, { type: 30 }),
  wrong('a type that is every object has', 'type', NO_MESSAGE, { type: 'constructor' }),
  wrong('a type __proto__', 'type', NO_MESSAGE, { type: '__proto__' }),
  wrong('a decision', 'type', /not an input/, { type: 'MarginBreached', account: 'alice' }),
  wrong('a novated trade', 'type', /not an input/, { ...trade, type: 'TradeNovated' }),
  wrong('a log record', 'type', /not an input/, { type: 'RootRecorded', sequence: '1' }),
  wrong('an unknown field', 'surprise', NO_FIELD, { ...price, surprise: 1 }),
  wrong(
    'a key __proto__',
    '__proto__',
    NO_FIELD,
    '{"type":"MemberAdmitted","name":"m","__proto__":{"a":1}}',
  ),
  wrong('a key constructor', 'constructor', NO_FIELD, { ...price, constructor: { prototype: {} } }),
  wrong('a key toString', 'toString', NO_FIELD, { ...price, toString: 'x' }),
];

const fields: HostileLine[] = [
  wrong('no price', 'priceTicks', MISSING, { type: 'PriceObserved', instrument: 'BTC-PERP' }),
  wrong('a price with a fraction', 'priceTicks', NO_NUMBER, { ...price, priceTicks: '1.5' }),
  wrong('a price with an exponent', 'priceTicks', NO_NUMBER, { ...price, priceTicks: '1e5' }),
  wrong('a price in hexadecimal', 'priceTicks', NO_NUMBER, { ...price, priceTicks: '0x10' }),
  wrong('an empty price', 'priceTicks', NO_NUMBER, { ...price, priceTicks: '' }),
  wrong('a price with blanks', 'priceTicks', NO_NUMBER, { ...price, priceTicks: ' 400000' }),
  wrong('a price null', 'priceTicks', NO_NUMBER, { ...price, priceTicks: null }),
  wrong('a price true', 'priceTicks', NO_NUMBER, { ...price, priceTicks: true }),
  wrong('a price that is an array', 'priceTicks', NO_NUMBER, { ...price, priceTicks: ['400000'] }),
  wrong('a price beyond 2^53', 'priceTicks', TOO_LARGE, {
    ...price,
    priceTicks: '9007199254740993',
  }),
  wrong('a price of 400 digits', 'priceTicks', TOO_LARGE, {
    ...price,
    priceTicks: '9'.repeat(400),
  }),
  wrong('an amount below -2^53', 'amountMinor', TOO_LARGE, {
    ...deposit,
    amountMinor: '-9007199254740993',
  }),
  wrong('a quantity that is a number with a fraction', 'quantityLots', NO_NUMBER, {
    ...trade,
    quantityLots: 0.1,
  }),
  wrong('a quantity 1e308', 'quantityLots', TOO_LARGE, { ...trade, quantityLots: 1e308 }),
  wrong('an instrument nobody listed', 'instrument', UNKNOWN, { ...price, instrument: 'ETH-PERP' }),
  wrong('an instrument named as a key of objects', 'instrument', UNKNOWN, {
    ...price,
    instrument: '__proto__',
  }),
  wrong('an instrument by number', 'instrument', /must be a string/, { ...price, instrument: 1 }),
  wrong('a buyer nobody knows', 'buyer', UNKNOWN, { ...trade, buyer: 'mallory' }),
  wrong('a buyer with a blank', 'buyer', UNKNOWN, { ...trade, buyer: 'maker ' }),
  wrong('a venue nobody knows', 'venue', UNKNOWN, { ...trade, venue: 'XXXX' }),
  wrong('a currency nobody knows', 'currency', UNKNOWN, { ...deposit, currency: 'EUR' }),
  wrong('an aggressor nobody knows', 'aggressor', /must be one of none, buyer, seller/, {
    ...trade,
    aggressor: 'both',
  }),
  wrong('a date that does not exist', 'tradeDate', /must be a date/, {
    ...trade,
    tradeDate: '2021-02-30',
  }),
  wrong('a time without a zone', 'executedAt', NO_TIME, {
    ...trade,
    executedAt: '2021-05-19T00:03:00',
  }),
  wrong('minor digits that are a string', 'minorDigits', /must be a number/, {
    type: 'CurrencyListed',
    name: 'JPY',
    minorDigits: '0',
  }),
  wrong('minor digits 300', 'minorDigits', /must be between 0 and 255/, {
    type: 'CurrencyListed',
    name: 'JPY',
    minorDigits: 300,
  }),
  wrong('a name of 10,000 characters', 'name', /at most 32 bytes/, {
    type: 'MemberAdmitted',
    name: 'n'.repeat(10_000),
  }),
  wrong('log time 0', 'time', /RFC 3339/, { ...price, time: 0 }),
  wrong('log time without meaning', 'time', /RFC 3339/, { ...price, time: 'yesterday' }),
  wrong('a message id with a letter of Latin-1', 'messageId', NO_ID, { ...price, messageId: 'é' }),
  wrong('a message id of 37 characters', 'messageId', NO_ID, {
    ...price,
    messageId: '1'.repeat(37),
  }),
  wrong('a message id that is empty', 'messageId', NO_ID, { ...price, messageId: '' }),
  wrong('a message id that is a number', 'messageId', NO_ID, { ...price, messageId: 7 }),
  wrong('a publisher nobody registered', 'publisher', UNKNOWN, { ...price, publisher: 'nobody' }),
  wrong('a session number that leaves a gap', 'publisherSequence', /plus one/, {
    ...price,
    publisherSequence: '7',
  }),
  wrong('a negative session number', 'publisherSequence', /must not be negative/, {
    ...price,
    publisherSequence: '-1',
  }),
];

const rules: HostileLine[] = [
  refused('no lots', 110, { ...trade, quantityLots: '0' }),
  refused('negative lots', 110, { ...trade, quantityLots: '-10' }),
  refused('more lots than there may be', 110, { ...trade, quantityLots: '1000001' }),
  refused('the largest quantity', 110, { ...trade, quantityLots: '9007199254740991' }),
  refused('a trade at price 0', 109, { ...trade, priceTicks: '0' }),
  refused('a trade at a negative price', 109, { ...trade, priceTicks: '-400000' }),
  refused('a trade above the largest price', 109, { ...trade, priceTicks: '100000001' }),
  refused('a trade with oneself', 106, { ...trade, seller: 'maker' }),
  refused('a fill of an order that is not there', 114, { ...trade, liquidationOrder: '4097' }),
  refused('a surface of nothing', 550, { ...surface, expiries: [], points: [] }),
  refused('a strike twice', 550, { ...surface, points: [strike, strike] }),
  refused('a call that costs more than a lower one', 551, {
    ...surface,
    points: [strike, { ...strike, strikeTicks: '500000', volatilityPpm: 9000000 }],
  }),
  refused('an observed price 0', 109, { ...price, priceTicks: '0' }),
  refused('a negative observed price', 109, { ...price, priceTicks: '-1' }),
  refused('a price older than the last', 120, { ...price, observedAt: '2021-05-18T00:00:00Z' }),
  refused('a deposit of nothing', 206, { ...deposit, amountMinor: '0' }),
  refused('a negative deposit', 206, { ...deposit, amountMinor: '-5' }),
  refused('a deposit beyond the safe range', 113, { ...deposit, amountMinor: '9007199254740991' }),
  refused('a withdrawal of more than there is', 210, {
    ...{ ...deposit, type: 'WithdrawalRequested' },
    amountMinor: '900000000000',
  }),
  refused('a release of a withdrawal nobody asked for', 220, {
    ...{ type: 'WithdrawalReleased', withdrawal: '77' },
  }),
  refused('a payment nobody instructed', 221, { type: 'PaymentConfirmed', withdrawal: '77' }),
  refused('a name that is taken', 501, { type: 'CurrencyListed', name: 'USD', minorDigits: 2 }),
  refused('an empty name', 502, { type: 'MemberAdmitted', name: '' }),
  refused('an answer to an order that is not there', 401, {
    ...{ type: 'LiquidationOrderAnswered', order: '4097', answer: 'filled', filledLots: '1' },
  }),
  refused('an id used for other content', 601, { ...deposit, messageId: '0014' }),
];

export const hostileLines: readonly HostileLine[] = [...texts, ...types, ...fields, ...rules];
