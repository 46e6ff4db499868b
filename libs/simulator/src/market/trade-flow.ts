import type { Contract } from './contracts.js';
import { ROLE } from './membership.js';
import type { Participants } from './participants.js';
import type { Random } from './random.js';
import { FEES_PPM } from './rulebooks.js';
import { WeightedDraw } from './weighted-draw.js';

const INITIATOR_TRIES = 4;
/** A quarter of the trades meet another trader, if one wants the other side; else one who quotes. */
const PEER_PERCENT = 25;
/** Zipf activity, flattened so that the most active account has about 1 % of all trades. */
const ZIPF_OFFSET = 20;
const UNIFORM_PERCENT = 30;
const MOMENTUM_THRESHOLD = 0.01;

/**
 * The order flow: who trades what with whom at which price. Traders build towards a position that
 * they can afford, hold it with some to and fro, and give up or follow the price by their nature;
 * so leverage builds up in the morning and unwinds in a fall. One object, its fields hold the trade
 * last drawn.
 */
export class TradeFlow {
  place = 0;
  buyer = 0;
  seller = 0;
  priceTicks = 0;
  quantityLots = 0;
  /** 1 the buyer took liquidity, 2 the seller. */
  aggressor = 1;

  private readonly initiators: Uint32Array;
  private readonly byActivity: WeightedDraw;
  /** Position wanted, lots; NaN until the trader makes up his mind. */
  private readonly target: Float64Array;
  private readonly hasGivenUp: Uint8Array;
  /** Whether a contract trades in this step. */
  readonly isOpen: Uint8Array;
  /** Relative price move of each contract over the last hour, for those who follow it. */
  readonly momentum: Float64Array;
  step = 0;

  constructor(
    private readonly contracts: readonly Contract[],
    private readonly participants: Participants,
    private readonly random: Random,
  ) {
    const { members } = participants;
    const traders: number[] = [];
    for (let account = 1; account <= members.count; account++) {
      if (members.role[account] === ROLE.trader) traders.push(account);
    }
    for (let k = traders.length - 1; k > 0; k--) {
      const other = random.below(k + 1);
      [traders[k], traders[other]] = [traders[other]!, traders[k]!];
    }
    this.initiators = Uint32Array.from(traders);
    this.byActivity = new WeightedDraw(
      Float64Array.from(traders, (_, rank) => 1 / (rank + ZIPF_OFFSET)),
    );
    this.target = new Float64Array(members.accounts + 1).fill(NaN);
    this.hasGivenUp = new Uint8Array(members.accounts + 1);
    this.isOpen = new Uint8Array(contracts.length);
    this.momentum = new Float64Array(contracts.length);
  }

  /** Draws the next trade and books it. */
  next(): void {
    let found = false;
    for (let k = 0; k < INITIATOR_TRIES && !found; k++) found = this.tryInitiator();
    if (!found) this.tradeAmongProviders();
    const { book } = this.participants;
    const buyerFee = this.aggressor === 1 ? FEES_PPM.taker : FEES_PPM.maker;
    const sellerFee = this.aggressor === 1 ? FEES_PPM.maker : FEES_PPM.taker;
    book.book(this.buyer, this.place, this.quantityLots, this.priceTicks, buyerFee);
    book.book(this.seller, this.place, -this.quantityLots, this.priceTicks, sellerFee);
  }

  private drawTrader(): number {
    const { random, initiators } = this;
    const isUniform = random.below(100) < UNIFORM_PERCENT;
    return initiators[isUniform ? random.below(initiators.length) : this.byActivity.draw(random)]!;
  }

  private tryInitiator(): boolean {
    const account = this.drawTrader();
    const { members, book } = this.participants;
    if (!this.participants.isActive(account)) return false;
    const place = this.contractOf(account);
    if (this.isOpen[place] === 0) return false;
    const equity = book.equityMinor(account);
    if (equity <= 0) return false;
    const lots = this.wishOf(account, place, equity);
    if (lots === 0) return false;
    const other = this.counterparty(account, place, lots);
    if (other === 0) return false;
    this.fill(place, lots > 0 ? account : other, lots > 0 ? other : account, Math.abs(lots));
    this.aggressor = lots > 0 ? 1 : 2;
    this.priceAround(book.marks[place]!);
    return members.pool[account] === members.pool[other];
  }

  /** The contract of an account; when it has expired, the perpetual of the same symbol. */
  private contractOf(account: number): number {
    const { main } = this.participants.members;
    const place = main[account]!;
    const contract = this.contracts[place]!;
    if (contract.kind !== 'daily' || this.isOpen[place] === 1) return place;
    const next = this.contracts.findIndex(({ symbol }) => symbol === contract.symbol);
    main[account] = next;
    this.target[account] = NaN;
    return next;
  }

  /** Lots that an account wants to trade now: above zero to buy, 0 none. */
  private wishOf(account: number, place: number, equity: number): number {
    const { book, members } = this.participants;
    const lotNotional = book.lotNotional[place]!;
    const held = book.lotsOf(account, place);
    const target = this.targetOf(account, place, equity);
    const delta = target - held;
    const room = Math.floor((members.leverage[account]! * equity) / lotNotional);
    let lots: number;
    if (Math.abs(delta) > 2 && Math.abs(delta) * 8 > Math.abs(target)) {
      lots = Math.sign(delta) * Math.ceil(Math.abs(delta) / 4);
    } else {
      const size = Math.max(1, Math.floor((equity * 0.01 * this.random.unit()) / lotNotional));
      lots = this.random.below(2) === 0 ? size : -size;
    }
    const after = Math.abs(held + lots);
    const isWithin = after <= Math.abs(held) || after <= room;
    const isListed = this.isListed(place, lots) && this.isListed(place, held + lots);
    return isWithin && isListed ? lots : 0;
  }

  private targetOf(account: number, place: number, equity: number): number {
    const { members, book } = this.participants;
    const stop = members.stopLoss[account]!;
    if (this.hasGivenUp[account] === 1) return 0;
    if (stop > 0 && equity < members.capitalMinor[account]! * (1 - stop)) {
      this.hasGivenUp[account] = 1;
      return 0;
    }
    const room = (members.leverage[account]! * equity) / book.lotNotional[place]!;
    const bias = members.bias[account]!;
    if (bias === 0) {
      const move = this.momentum[place]!;
      if (Math.abs(move) < MOMENTUM_THRESHOLD) return book.lotsOf(account, place);
      return Math.trunc(Math.sign(move) * room * 0.7);
    }
    if (this.step < members.activeFrom[account]!) return 0;
    const known = this.target[account]!;
    if (!Number.isNaN(known)) return known;
    const target = Math.trunc(bias * room * (0.7 + 0.3 * this.random.unit()));
    this.target[account] = target;
    return target;
  }

  /** Somebody of the same pool who takes the other side, or 0. */
  private counterparty(account: number, place: number, lots: number): number {
    const { members, book } = this.participants;
    const pool = members.pool[account]!;
    if (this.random.below(100) < PEER_PERCENT) {
      const peer = this.drawTrader();
      if (this.takes(peer, account, place, lots)) return peer;
    }
    const quoting = members.providers[pool]!;
    const provider = quoting[this.random.below(quoting.length)]!;
    return this.isListed(place, book.lotsOf(provider, place) - lots) ? provider : 0;
  }

  /** Whether a peer would take the other side of `lots`. */
  private takes(peer: number, account: number, place: number, lots: number): boolean {
    const { members, book } = this.participants;
    if (peer === account || members.pool[peer] !== members.pool[account]) return false;
    if (!this.participants.isActive(peer) || this.contracts[place]!.isInverse) return false;
    const held = book.lotsOf(peer, place);
    const after = held - lots;
    if (Math.abs(after) <= Math.abs(held)) return held * after >= 0 && members.bias[peer] === 0;
    if (after * members.bias[peer]! < 0 || this.hasGivenUp[peer] === 1) return false;
    const notional = book.notionalMinor(peer) + Math.abs(lots) * book.lotNotional[place]!;
    return notional <= members.leverage[peer]! * 0.8 * book.equityMinor(peer);
  }

  private isListed(place: number, lots: number): boolean {
    return Math.abs(lots) <= this.contracts[place]!.maxLots;
  }

  /** When nobody was found: two who quote, one lot of a perpetual that trades. */
  private tradeAmongProviders(): void {
    const { random, participants } = this;
    const quoting = participants.members.providers[1]!;
    const first = random.below(quoting.length);
    const second = (first + 1 + random.below(quoting.length - 1)) % quoting.length;
    const place = Math.max(0, this.isOpen.indexOf(1));
    this.fill(place, quoting[first]!, quoting[second]!, 1 + random.below(20));
    this.aggressor = 1 + random.below(2);
    this.priceAround(participants.book.marks[place]!);
  }

  private fill(place: number, buyer: number, seller: number, quantityLots: number): void {
    this.place = place;
    this.buyer = buyer;
    this.seller = seller;
    this.quantityLots = quantityLots;
  }

  /** The aggressor crosses a spread of at most 3 basis points. */
  private priceAround(markTicks: number): void {
    const spread = Math.round((markTicks * this.random.below(300)) / 1_000_000);
    this.priceTicks = Math.max(1, this.aggressor === 1 ? markTicks + spread : markTicks - spread);
  }
}
