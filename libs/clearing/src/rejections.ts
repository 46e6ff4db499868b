/** Every numbered reason for refusing an input. Numbers are stable and never reused. */
export const rejections = {
  101: ['publisher-unknown', 'The publisher is not registered.', 'Register it first.'],
  102: ['venue-unknown', 'The venue is not connected.', 'Connect it first.'],
  103: ['instrument-unknown', 'The instrument is not listed.', 'List it, or correct the symbol.'],
  104: ['buyer-unknown', "The buyer's account does not exist.", 'Open it, or correct the name.'],
  105: ['seller-unknown', "The seller's account does not exist.", 'Open it, or correct the name.'],
  106: ['self-trade', 'Buyer and seller are one account.', 'Void the trade at the venue.'],
  107: [
    'pools-differ',
    'Both accounts must be in one margin pool.',
    'Void the trade at the venue.',
  ],
  108: [
    'account-not-tradable',
    'An account is closed, in default, closed out or an omnibus-gross parent.',
    'Void the trade; name the client account.',
  ],
  109: ['price-out-of-range', 'The price is not in 1..maxPriceTicks.', 'Correct the price.'],
  110: ['quantity-out-of-range', 'The quantity is not in 1..maxLots.', 'Correct the quantity.'],
  111: [
    'instrument-expired',
    'The instrument is settling or expired.',
    'Void the trade at the venue.',
  ],
  112: ['position-limit', 'A position would exceed maxLots.', 'Void the trade at the venue.'],
  113: ['arithmetic-limit', 'An amount would leave the safe range (2^52).', 'Split the amount.'],
  114: [
    'liquidation-order-mismatch',
    'The fill does not match an open liquidation order.',
    'Send tradeType liquidation, the order, its account on its side, at most its open lots, at its limit or better.',
  ],
  115: [
    'market-halted',
    'The market is halted (novation-on-ack).',
    'Void the trade; wait for the market.',
  ],
  116: [
    'initial-margin',
    'A risk-adding trade leaves an account below initial margin (novation-on-ack).',
    'Deposit collateral or reduce.',
  ],
  118: ['no-mark', 'The instrument has no mark price yet.', 'Publish a price first.'],
  119: [
    'no-rulebook',
    'The pool has no rulebook with tiers for this instrument class.',
    'Publish one.',
  ],
  120: ['price-out-of-order', "The price is older than the source's last one.", 'Drop it.'],
  121: [
    'venue-silent',
    'A risk-adding trade of an account whose orders are unknown: a venue is silent (novation-on-ack).',
    'Reduce only, until the venue has answered.',
  ],
  122: [
    'accept-by-passed',
    'Log time is later than the latest time to accept the trade (novation-on-ack).',
    'Void the trade at the venue.',
  ],
  123: [
    'market-stale',
    'A risk-adding trade whose margin would rest on a stale mark (novation-on-ack).',
    'Void the trade; wait for a price of the instrument and of its underlying.',
  ],
  201: ['account-unknown', 'The account does not exist.', 'Open it, or correct the name.'],
  202: ['not-a-purse', 'A gross-client has no balances.', 'Use its omnibus-gross parent.'],
  203: ['account-closed', 'The account is closed.', 'Use another account.'],
  204: ['currency-unknown', 'The currency is not listed.', 'List it, or correct the code.'],
  205: ['currency-unpriced', 'The currency has no price yet.', 'Publish a price first.'],
  206: ['amount-out-of-range', 'The amount is not at least 1 minor unit.', 'Correct the amount.'],
  207: [
    'account-not-healthy',
    'The account is called, liquidating, defaulted or closed out.',
    'Restore margin first.',
  ],
  208: ['market-not-open', 'A market of its positions is not open.', 'Wait for prices.'],
  209: ['house-under-water', 'The pool has uncovered losses: withdrawals wait.', 'Wait.'],
  210: ['cash-insufficient', 'More than the settled cash less reservations.', 'Ask for less.'],
  211: ['excess-insufficient', 'Equity would fall below initial margin.', 'Ask for less.'],
  212: ['nostro-insufficient', 'More than the house holds at the bank.', 'Ask again later.'],
  213: ['too-many-withdrawals', 'Too many open withdrawals.', 'Ask again later.'],
  220: ['withdrawal-unknown', 'There is no reserved withdrawal of that id.', 'Correct the id.'],
  221: ['payment-unknown', 'There is no instructed payment of that id.', 'Correct the id.'],
  230: ['pool-unknown', 'The pool does not exist.', 'Open it, or correct the name.'],
  231: ['member-unknown', 'The member does not exist.', 'Admit it, or correct the name.'],
  232: ['member-not-expected', 'Only a default-fund contribution names a member.', 'Leave it out.'],
  233: [
    'fund-pool-differs',
    "The member's default-fund share is in another pool.",
    'Name that pool.',
  ],
  301: [
    'bust-unknown',
    'The trade is not remembered: unknown or too old.',
    'Agree on a reversing trade.',
  ],
  302: ['bust-differs', 'The economics differ from the trade.', 'Repeat them as novated.'],
  303: ['bust-repeated', 'The trade is busted already.', 'Nothing to do.'],
  304: [
    'bust-too-late',
    'The instrument has expired, or a sweep over it is running.',
    'Try again, or agree on a payment.',
  ],
  305: ['bust-fees', 'The fee ledger does not cover the fees to give back.', 'Try again later.'],
  306: ['bust-liquidation', 'A liquidation fill cannot be busted.', 'Agree on a payment.'],
  401: ['order-unknown', 'There is no open liquidation order of that id.', 'Correct the id.'],
  402: ['fills-differ', 'filledLots differs from the fills seen.', 'Send the fills first.'],
  403: [
    'report-outdated',
    "The venueSequence is not above the venue's last one for these orders.",
    'Drop it; report the present orders.',
  ],
  404: [
    'cancellation-unknown',
    'There is no open cancellation of that id, account and venue.',
    'Correct the id.',
  ],
  405: [
    'instruments-unordered',
    'The instruments of a list do not ascend.',
    'Order them, each once.',
  ],
  501: ['name-taken', 'The name is in use.', 'Choose another.'],
  502: ['name-missing', 'The name is empty.', 'Give a name.'],
  503: ['limit-reached', 'No more of this kind can be listed.', 'Ask the operator.'],
  504: [
    'account-inconsistent',
    'Member, pool, parent and kind of the account do not fit together.',
    'See docs/rules.md 11.',
  ],
  505: [
    'rulebook-inconsistent',
    'A figure of the rulebook is out of range or order.',
    'See docs/rules.md 11.',
  ],
  506: ['sweep-running', 'A sweep over this instrument is running.', 'Send it again.'],
  507: [
    'not-settled-daily',
    'The instrument is not settled daily in this state.',
    'Wait, or send a final price.',
  ],
  508: ['not-settling', 'A final price needs a settling instrument.', 'Wait for the expiry.'],
  509: ['not-a-perpetual', 'Funding is for perpetuals.', 'Correct the symbol.'],
  510: ['rate-out-of-range', 'The funding rate is beyond 10 %.', 'Correct the rate.'],
  511: ['market-closed', 'The market is not open.', 'Wait for prices.'],
  512: [
    'instrument-inconsistent',
    'The terms do not fit together or break an arithmetic bound.',
    'See docs/rules.md 11.',
  ],
  513: [
    'logic-unknown',
    'The program does not carry that logic version, or it is not newer.',
    'Upgrade first.',
  ],
  520: [
    'business-date',
    'Not the present business date, or the next is not later.',
    'Correct the dates.',
  ],
  521: ['sweeps-running', 'A sweep is still running.', 'Send it again.'],
  530: ['time-backwards', 'The time to resume at is in the past.', 'Correct the time.'],
  540: ['member-not-found', 'The member does not exist.', 'Correct the name.'],
  541: [
    'member-not-reinstatable',
    'The member is current, called, or has obligations.',
    'Cover them first.',
  ],
  542: [
    'account-not-empty',
    'The account has positions, cash, orders, a cancellation, a call or clients.',
    'Empty it first.',
  ],
  550: [
    'surface-inconsistent',
    'A figure of the surface is out of range or order.',
    'See docs/rules.md 9.',
  ],
  551: [
    'butterfly-arbitrage',
    'An option of the surface costs more than the mix of its neighbours that pays at least as much.',
    'Correct the volatilities of that expiry.',
  ],
  552: [
    'calendar-arbitrage',
    'At some moneyness an earlier expiry has more total variance than a later one.',
    'Correct the volatilities of one of them.',
  ],
  560: [
    'term-inconsistent',
    'Expiry, time or confidence is out of range, or the underlying is an option.',
    'See docs/rules.md 9.',
  ],
  561: [
    'too-many-expiries',
    'No more than 64 living expiries of one underlying or currency are kept.',
    'Publish those that options expire at.',
  ],
  562: ['rate-beyond-range', 'The rate is beyond 100 % a year.', 'Correct the rate.'],
  563: [
    'margin-unknown',
    'A risk-adding trade of an account that holds, or has orders in, what cannot be valued (novation-on-ack).',
    'Reduce only, until volatilities are published.',
  ],
  570: [
    'index-inconsistent',
    'A figure of the index or of its source is out of range or order.',
    'See docs/rules.md 9.',
  ],
  571: [
    'source-unknown',
    'No index of the instrument names the source.',
    'Define the index first.',
  ],
  572: [
    'source-of-another',
    'Another publisher speaks for the source.',
    'Publish it by that one, or define the index anew.',
  ],
  573: [
    'marked-by-index',
    'The instrument is marked by an index.',
    'Publish prices of its sources, or end the index first.',
  ],
  601: ['id-reused', 'The id was used for other content.', 'Choose a new id.'],
  602: ['id-too-old', 'The id is older than the remembered window.', 'Choose a new id.'],
  603: ['not-an-input', 'This message is made by the clearing house only.', 'Send an input.'],
  620: [
    'release-level',
    'Equity would fall below the level at which collateral is released.',
    'Ask for less.',
  ],
  640: [
    'depth-out-of-range',
    'A book has fewer lots than none, or more than 2^52.',
    'Correct the quantities.',
  ],
} as const satisfies Record<number, readonly [name: string, rule: string, remedy: string]>;

export type Rejection = keyof typeof rejections;

/** 0 stands for "not rejected". */
export const ACCEPTED = 0;

/** A refusal as every interface shows it: the number, and what it says to a person. */
export interface ExplainedReason {
  readonly reason: number;
  readonly reasonName: string;
  readonly rule: string;
  readonly remedy: string;
}

export function explainReason(reason: number): ExplainedReason {
  const known = Object.hasOwn(rejections, reason) ? rejections[reason as Rejection] : undefined;
  const [reasonName, rule, remedy] = known ?? ['', '', ''];
  return { reason, reasonName, rule, remedy };
}

/** The registry as the page docs/rejections.md. */
export function rejectionsMarkdown(): string {
  const rows = Object.entries(rejections).map(
    ([number, [name, rule, remedy]]) => `| ${number} | ${name} | ${rule} | ${remedy} |`,
  );
  return [
    '# Rejections',
    '',
    'Every numbered reason for refusing an input. Generated from `libs/clearing/src/rejections.ts`',
    'by `npm run docs`. Numbers are stable and never reused.',
    '',
    '| number | name | rule | what to do |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
