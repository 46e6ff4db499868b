/**
 * What an outsider makes of an export: balances and positions from the JSON Lines alone, with
 * nothing of this program. Linear contracts whose premium is variation margin; accounts of their own.
 */
type Line = Readonly<Record<string, string>>;

export class Outsider {
  /** Minor units by `account currency`. */
  readonly balances = new Map<string, bigint>();
  /** Lots and cost by `account instrument`. */
  readonly positions = new Map<string, { lots: bigint; cost: bigint }>();
  private readonly accounts: string[] = [];
  private readonly instruments = new Map<string, { currency: string; multiplier: bigint }>();
  private readonly requests = new Map<string, Line>();
  private sweep: Line = {};

  take(event: Line): void {
    switch (event['type']) {
      case 'AccountOpened':
        this.accounts.push(of(event, 'name'));
        break;
      case 'InstrumentListed':
        this.instruments.set(of(event, 'name'), {
          currency: of(event, 'currency'),
          multiplier: amount(event, 'multiplier'),
        });
        break;
      case 'CollateralDeposited':
        this.credit(of(event, 'account'), of(event, 'currency'), amount(event, 'amountMinor'));
        break;
      case 'TradeNovated':
        this.trade(event);
        break;
      case 'WithdrawalRequested':
        this.requests.set(of(event, 'sequence'), event);
        break;
      case 'WithdrawalReleased':
        this.release(this.requests.get(of(event, 'withdrawal')) ?? {});
        break;
      case 'SweepStarted':
        this.sweep = event;
        break;
      case 'SweepContinued':
        this.slice(event);
        break;
      default:
    }
  }

  private trade(event: Line): void {
    const instrument = of(event, 'instrument');
    const lots = amount(event, 'quantityLots');
    const cost = amount(event, 'costMinor');
    this.move(of(event, 'buyer'), instrument, lots, cost);
    this.move(of(event, 'seller'), instrument, -lots, -cost);
    const { currency } = this.instrument(instrument);
    this.credit(of(event, 'buyer'), currency, -amount(event, 'buyerFeeMinor'));
    this.credit(of(event, 'seller'), currency, -amount(event, 'sellerFeeMinor'));
  }

  private release(request: Line): void {
    this.credit(of(request, 'account'), of(request, 'currency'), -amount(request, 'amountMinor'));
  }

  /** Accounts by their dense ids, from..to. */
  private slice(event: Line): void {
    const instrument = event['instrument'];
    if (instrument === undefined) return;
    const { currency, multiplier } = this.instrument(instrument);
    for (let id = Number(event['from']); id < Number(event['to']); id++) {
      const account = this.accounts[id - 1] ?? '';
      const position = this.positions.get(`${account} ${instrument}`);
      if (position === undefined || position.lots === 0n) continue;
      const value = position.lots * amount(this.sweep, 'priceTicks') * multiplier;
      if (event['sweepKind'] === 'variation') {
        this.credit(account, currency, value - position.cost);
        position.cost = value;
      } else {
        this.credit(account, currency, funding(value, amount(this.sweep, 'ratePpb')));
      }
    }
  }

  private instrument(name: string): { currency: string; multiplier: bigint } {
    const found = this.instruments.get(name);
    if (found === undefined) throw new Error(`${name} was never listed`);
    return found;
  }

  private credit(account: string, currency: string, minor: bigint): void {
    const key = `${account} ${currency}`;
    this.balances.set(key, (this.balances.get(key) ?? 0n) + minor);
  }

  private move(account: string, instrument: string, lots: bigint, cost: bigint): void {
    const key = `${account} ${instrument}`;
    const old = this.positions.get(key) ?? { lots: 0n, cost: 0n };
    this.positions.set(key, { lots: old.lots + lots, cost: old.cost + cost });
  }
}

/** Longs pay a positive rate; the payer is rounded up, the receiver down. */
function funding(value: bigint, ratePpb: bigint): bigint {
  const billion = 1_000_000_000n;
  const due = -value * ratePpb;
  return due >= 0n ? due / billion : -((-due + billion - 1n) / billion);
}

function of(line: Line, field: string): string {
  const value = line[field];
  if (value === undefined) throw new Error(`${line['type'] ?? 'an event'} has no ${field}`);
  return value;
}

function amount(line: Line, field: string): bigint {
  return BigInt(of(line, field));
}
