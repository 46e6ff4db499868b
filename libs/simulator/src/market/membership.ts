import { Random } from './random.js';
import { STREAM } from './streams.js';
import { COIN_MINOR, COINS_MAX, type Contract, USDT_MINOR } from './contracts.js';
import type { Timeline } from './timeline.js';

export const EXCHANGE_POOL = 1;
export const CLEARED_POOL = 2;

/** Kinds of account as AccountOpened numbers them. */
export const ACCOUNT_KIND = {
  direct: 0,
  house: 1,
  omnibusNet: 2,
  omnibusGross: 3,
  grossClient: 4,
  individual: 5,
} as const;

/** How somebody answers a call for money. */
export const PAYS = { inTime: 0, late: 1, never: 2 } as const;

/** What an account does: nothing, quote prices, or trade towards a position. */
export const ROLE = { none: 0, provider: 1, trader: 2 } as const;

const directLeverage = [
  [0.5, 150],
  [1, 220],
  [1.5, 170],
  [2, 150],
  [3, 130],
  [5, 100],
  [10, 50],
  [20, 30],
] as const;
const clearedLeverage = [
  [0.5, 300],
  [1, 370],
  [2, 210],
  [3, 80],
  [5, 40],
] as const;
const fragileLeverage = [
  [3, 300],
  [5, 400],
  [8, 300],
] as const;
const clientPays = [
  [PAYS.inTime, 550],
  [PAYS.late, 200],
  [PAYS.never, 250],
] as const;
const bias = [
  [1, 550],
  [-1, 120],
  [0, 330],
] as const;

/** Least capital of a trader; capital is this by 1/u, cut off: a tail as heavy as that of wealth. */
const LEAST_CAPITAL = 2_000 * USDT_MINOR;
const CAPITAL_CUT = 0.001;
/** Share of the population behind clearing members. */
const CLEARED_SHARE = 0.3;

/** Who takes part: one entry an account, by its id; all amounts in minor units. */
export class Membership {
  readonly kind: Uint8Array;
  readonly pool: Uint8Array;
  readonly member: Uint16Array;
  readonly parent: Uint32Array;
  readonly role: Uint8Array;
  /** First deposit in the reference currency; a gross-client's is paid in by its parent. */
  readonly capitalMinor: Float64Array;
  /** First deposits in coins, by account x COINS_MAX + coin. */
  readonly coinMinor: Float64Array;
  readonly leverage: Float64Array;
  /** 1 builds a long position, -1 a short one, 0 follows the price. */
  readonly bias: Int8Array;
  /** Place of the contract it trades. */
  readonly main: Uint8Array;
  /** Step from which it builds its position. */
  readonly activeFrom: Uint32Array;
  /** Gives up when it lost so large a share of its capital; 0 never. */
  readonly stopLoss: Float64Array;
  readonly pays: Uint8Array;
  readonly names: string[] = [''];
  /** Of each member, by id. */
  readonly memberPays: Uint8Array;
  readonly houses: Uint32Array;
  /** Accounts that quote, by pool id. */
  readonly providers: number[][] = [[], [], []];
  count = 0;

  constructor(
    readonly accounts: number,
    readonly members: number,
    private readonly timeline: Timeline,
    private readonly contracts: readonly Contract[],
    seed: number,
  ) {
    const rows = accounts + 1;
    this.kind = new Uint8Array(rows);
    this.pool = new Uint8Array(rows);
    this.member = new Uint16Array(rows);
    this.parent = new Uint32Array(rows);
    this.role = new Uint8Array(rows);
    this.capitalMinor = new Float64Array(rows);
    this.coinMinor = new Float64Array(rows * COINS_MAX);
    this.leverage = new Float64Array(rows);
    this.bias = new Int8Array(rows);
    this.main = new Uint8Array(rows);
    this.activeFrom = new Uint32Array(rows);
    this.stopLoss = new Float64Array(rows);
    this.pays = new Uint8Array(rows);
    this.memberPays = new Uint8Array(members + 1);
    this.houses = new Uint32Array(members + 1);
    const random = new Random(seed, STREAM.membership);
    const perMember = Math.max(5, Math.floor((accounts * CLEARED_SHARE) / members));
    if (accounts < members * perMember + 10) {
      throw new Error(
        `${String(members)} members need ${String(members * perMember + 10)} accounts`,
      );
    }
    for (let member = 1; member <= members; member++) this.addMember(member, perMember, random);
    this.addDirectAccounts(random);
    this.endowProviders();
  }

  /** The unit in which an account is judged. */
  unitOf(account: number): number {
    return this.parent[account] === 0 ? account : this.parent[account]!;
  }

  /**
   * The first two members make markets. The last three are fragile: much leverage behind a thin
   * house account; the first of these pays, but late, the other two never.
   */
  private addMember(member: number, size: number, random: Random): void {
    const isMaker = member <= 2;
    const isFragile = member > this.members - 3;
    const paysLate = member === this.members - 2;
    if (isFragile) this.memberPays[member] = paysLate ? PAYS.late : PAYS.never;
    const text = `M${String(member).padStart(2, '0')}`;
    const house = this.open(`${text}-house`, ACCOUNT_KIND.house, member);
    const net = this.open(`${text}-net`, ACCOUNT_KIND.omnibusNet, member);
    const gross = this.open(`${text}-gross`, ACCOUNT_KIND.omnibusGross, member);
    this.houses[member] = house;
    this.makeTrader(net, random, isFragile);
    this.capitalMinor[net] = this.capitalMinor[net]! * 10;
    let clients = this.capitalMinor[net];
    for (let k = 3; k < size; k++) {
      const isGross = k % 2 === 1;
      const kind = isGross ? ACCOUNT_KIND.grossClient : ACCOUNT_KIND.individual;
      const name = `${text}-${isGross ? 'gross' : 'client'}-${String(k - 2).padStart(4, '0')}`;
      const account = this.open(name, kind, member, isGross ? gross : 0);
      if (isMaker && !isGross && this.providers[CLEARED_POOL]!.length < 8 * member) {
        this.makeProvider(account);
        continue;
      }
      this.makeTrader(account, random, isFragile);
      const share = this.capitalMinor[account]!;
      clients += share;
      if (isGross) this.capitalMinor[gross] = this.capitalMinor[gross]! + share;
    }
    this.makeTrader(house, random, isFragile);
    this.capitalMinor[house] = Math.floor(clients * (paysLate ? 0.002 : isFragile ? 0.03 : 0.5));
    if (!isFragile || paysLate) this.leverage[house] = 0.5;
    if (isMaker) this.makeProvider(house);
  }

  private addDirectAccounts(random: Random): void {
    const rest = this.accounts - this.count;
    const quoting = Math.min(40, Math.max(4, Math.floor(rest / 100)));
    for (let k = 1; k <= quoting; k++) {
      const name = `LP-${String(k).padStart(2, '0')}`;
      this.makeProvider(this.open(name, ACCOUNT_KIND.direct, 0));
    }
    while (this.count < this.accounts) {
      const name = `D-${String(this.count + 1).padStart(7, '0')}`;
      this.makeTrader(this.open(name, ACCOUNT_KIND.direct, 0), random, false);
    }
  }

  private open(name: string, kind: number, member: number, parent = 0): number {
    this.count += 1;
    const account = this.count;
    this.names.push(name);
    this.kind[account] = kind;
    this.member[account] = member;
    this.parent[account] = parent;
    this.pool[account] = member === 0 ? EXCHANGE_POOL : CLEARED_POOL;
    return account;
  }

  private makeProvider(account: number): void {
    this.role[account] = ROLE.provider;
    this.providers[this.pool[account]!]!.push(account);
  }

  private makeTrader(account: number, random: Random, isFragile: boolean): void {
    const isDirect = this.member[account] === 0;
    this.role[account] = ROLE.trader;
    this.capitalMinor[account] = Math.floor(
      LEAST_CAPITAL / (CAPITAL_CUT + (1 - CAPITAL_CUT) * random.unit()),
    );
    const table = isDirect ? directLeverage : clearedLeverage;
    this.leverage[account] = random.pick(isFragile ? fragileLeverage : table);
    this.bias[account] = isFragile ? 1 : random.pick(bias);
    this.pays[account] = isFragile ? PAYS.never : random.pick(clientPays);
    this.stopLoss[account] = random.below(100) < 35 ? 0.2 + 0.4 * random.unit() : 0;
    if (isFragile) this.stopLoss[account] = 0;
    this.activeFrom[account] = Math.floor(0.25 * this.timeline.marketSteps * random.unit());
    this.main[account] = this.drawContract(random, isDirect);
    this.endowCoins(account, random);
  }

  /** Perpetuals are what most people trade, and of them the first symbol's. */
  private drawContract(random: Random, isDirect: boolean): number {
    const symbols = this.timeline.symbols.length;
    const symbol = random.below(100) < 45 ? 0 : random.below(symbols);
    const draw = random.below(100);
    const wanted =
      draw < 78 ? 'perpetual' : draw < 90 ? 'quarterly' : draw < 95 ? 'daily' : 'inverse';
    const found = this.contracts.findIndex(
      ({ kind, symbol: of }) => kind === wanted && (of === symbol || kind === 'daily'),
    );
    const isOffered = found >= 0 && (isDirect || wanted !== 'inverse');
    return isOffered ? found : this.contracts.findIndex(({ symbol: of }) => of === symbol);
  }

  /** Whoever trades the inverse contract holds its coin; some others pledge coins as well. */
  private endowCoins(account: number, random: Random): void {
    const pledges = random.below(100) < 10;
    if (this.kind[account] === ACCOUNT_KIND.grossClient) return;
    const { isInverse, symbol } = this.contracts[this.main[account]!]!;
    if (!isInverse && !pledges) return;
    const coins = Math.min(COINS_MAX, this.timeline.symbols.length);
    const coin = isInverse ? symbol : random.below(coins);
    const half = Math.floor(this.capitalMinor[account]! / 2);
    const { openTicks, scale } = this.timeline.symbols[coin]!;
    const coins8 = Math.floor((half / USDT_MINOR / (openTicks / scale)) * COIN_MINOR);
    if (coins8 < 1) return;
    this.coinMinor[account * COINS_MAX + coin] = coins8;
    this.capitalMinor[account] = this.capitalMinor[account]! - half;
  }

  /** Those who quote can carry twice what all others of their pool could lose. */
  private endowProviders(): void {
    for (const pool of [EXCHANGE_POOL, CLEARED_POOL]) {
      let total = 0;
      for (let account = 1; account <= this.count; account++) {
        if (this.pool[account] === pool) total += this.capitalMinor[account]!;
      }
      const quoting = this.providers[pool]!;
      for (const account of quoting) {
        this.capitalMinor[account] = Math.floor((2 * total) / quoting.length);
      }
    }
  }
}
