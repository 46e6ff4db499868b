import type { InputMessage, MessageNamed } from '#libs/events';
import type { HedgeContract } from './hedged-contracts.js';
import type { StudyVenue } from './study-venue.js';
import { fillInput } from './study-genesis.js';

const operator = { publisherSequence: 0, publisher: 1 } as const;
const ANSWER = { expired: 2, filled: 3 } as const;
const BUY = 0;
/** Fills are numbered behind the opening trades. */
const FILL_NUMBERS = 1_000_000;

interface DeskOrder {
  readonly order: number;
  readonly account: number;
  readonly contract: HedgeContract;
  readonly isBuy: boolean;
  readonly quantityLots: number;
  readonly limitTicks: number;
  readonly expiresAtUs: number;
  filledLots: number;
  /** Filled, but said to be so only now: the venue's cool-down. */
  answersAtUs: number;
}

export interface DeskSetting {
  readonly contracts: readonly HedgeContract[];
  readonly venue: StudyVenue;
  /** Who takes the other side of an account's orders. */
  readonly makerFor: (account: number) => number;
  /** How long an order works before the venue lets it expire. */
  readonly orderLifeUs: number;
  /** How long the account waits after an order was filled. */
  readonly coolDownUs: (account: number) => number;
}

/** The venue's desk for liquidation orders: fills what a limit allows, again at each step, and says how it ended. */
export class ExecutionDesk {
  private working: DeskOrder[] = [];
  private fills = 0;
  /** Value of the coins in all fills, reference currency. */
  notional = 0;

  constructor(private readonly setting: DeskSetting) {}

  get workingCount(): number {
    return this.working.length;
  }

  receive(issued: MessageNamed<'LiquidationOrderIssued'>, timeUs: number): void {
    this.working.push({
      order: issued.order,
      account: issued.account,
      contract: this.setting.contracts[issued.instrument - 1]!,
      isBuy: issued.side === BUY,
      quantityLots: issued.quantityLots,
      limitTicks: issued.limitPriceTicks,
      expiresAtUs: timeUs + this.setting.orderLifeUs,
      filledLots: 0,
      answersAtUs: 0,
    });
  }

  /** What the venue says now, in the order of the orders; those that wait for a cool-down wait. */
  execute(timeUs: number): InputMessage[] {
    const inputs: InputMessage[] = [];
    this.working = this.working.filter((order) => !this.work(order, timeUs, inputs));
    return inputs;
  }

  /** Works one order; true when it has ended. */
  private work(order: DeskOrder, timeUs: number, inputs: InputMessage[]): boolean {
    const { coolDownUs } = this.setting;
    if (order.filledLots < order.quantityLots) this.fill(order, timeUs, inputs);
    if (order.filledLots === order.quantityLots) {
      if (order.answersAtUs === 0) order.answersAtUs = timeUs + coolDownUs(order.account);
      return timeUs >= order.answersAtUs && answer(order, ANSWER.filled, inputs);
    }
    return timeUs >= order.expiresAtUs && answer(order, ANSWER.expired, inputs);
  }

  private fill(order: DeskOrder, timeUs: number, inputs: InputMessage[]): void {
    const { venue, makerFor } = this.setting;
    const { contract, isBuy, limitTicks, account } = order;
    const left = order.quantityLots - order.filledLots;
    const { lots, priceTicks, notional } = venue.fill(contract, isBuy, left, limitTicks);
    if (lots === 0) return;
    order.filledLots += lots;
    this.fills += 1;
    this.notional += notional;
    const maker = makerFor(account);
    inputs.push(
      fillInput({
        instrument: contract.id,
        buyer: isBuy ? account : maker,
        seller: isBuy ? maker : account,
        lots,
        priceTicks,
        order: order.order,
        number: FILL_NUMBERS + this.fills,
        timeUs,
      }),
    );
  }
}

/** Appends the ending answer; true, so that it can be returned. */
function answer(order: DeskOrder, ended: number, inputs: InputMessage[]): true {
  inputs.push({
    type: 'LiquidationOrderAnswered',
    ...operator,
    order: order.order,
    answer: ended,
    filledLots: order.filledLots,
  });
  return true;
}
