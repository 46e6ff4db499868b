import { Xorshift32 } from './measure.js';

/** What a query asks for. `eventsAnew` is a page from any place, `events` the page after another. */
export type QueryKind =
  'margin' | 'positions' | 'balances' | 'sagas' | 'events' | 'eventsAnew' | 'allMargin';

export interface Query {
  readonly kind: QueryKind;
  readonly path: string;
  /** Whose next page it is, when it is one. */
  readonly pager?: Pager;
}

/** Somebody who reads page after page, and waits for each. */
interface Pager {
  next: string;
  isWaiting: boolean;
}

/** Of twenty queries: most ask about one account; one is the next page of everybody's margin. */
const MIX: readonly QueryKind[] = [
  ...Array<QueryKind>(7).fill('margin'),
  ...Array<QueryKind>(4).fill('positions'),
  ...Array<QueryKind>(4).fill('balances'),
  ...Array<QueryKind>(2).fill('sagas'),
  ...Array<QueryKind>(2).fill('events'),
  'allMargin',
];
/** A reader of events begins anew, so far behind the head at most, after so many pages. */
const EVENTS_BEHIND_MAX = 1_000_000;
const PAGES_OF_EVENTS = 100;
const EVENT_READERS = 4;
const PAGE_ROWS = 1_000;

/** Draws the queries of a run: who asks, what for, and where a page goes on. */
export class QueryMix {
  /** How often everybody's margin was read from the first account to the last. */
  passes = 0;
  #head = 1;
  #drawn = 0;
  #pagesOfEvents = 0;
  readonly #all: Pager = { next: '', isWaiting: false };
  readonly #readers: readonly Pager[] = Array.from({ length: EVENT_READERS }, () => ({
    next: '',
    isWaiting: false,
  }));
  readonly #random = new Xorshift32(23);

  /** `accounts` as the ingest population names them. */
  constructor(private readonly accounts: number) {}

  /** The next query. Where the page before is still awaited, one account's margin takes its turn. */
  draw(): Query {
    const kind = MIX[this.#drawn++ % MIX.length] ?? 'margin';
    switch (kind) {
      case 'sagas':
        return { kind, path: '/v1/sagas?limit=100' };
      case 'events':
        return this.#events() ?? this.#account('margin');
      case 'allMargin':
        return this.#allMargin() ?? this.#account('margin');
      default:
        return this.#account(kind);
    }
  }

  /** Takes an answer; false when it is none that the query can have. */
  take({ kind, pager }: Query, text: string): boolean {
    const sequence = /^\{"sequence":"(\d+)"/.exec(text)?.[1];
    if (sequence === undefined || !text.endsWith('}')) return false;
    this.#head = Math.max(this.#head, Number(sequence));
    if (pager === undefined) return true;
    pager.isWaiting = false;
    pager.next = /"next":"([^"]+)"\}$/.exec(text)?.[1] ?? '';
    if (kind === 'allMargin' && pager.next === '') this.passes += 1;
    return kind === 'allMargin' || pager.next !== '';
  }

  /** A page that failed is asked for again. */
  failed({ pager }: Query): void {
    if (pager !== undefined) pager.isWaiting = false;
  }

  #account(kind: QueryKind): Query {
    const account = 1 + this.#random.below(this.accounts);
    return { kind, path: `/v1/accounts/A${String(account)}/${kind}` };
  }

  #allMargin(): Query | undefined {
    const pager = this.#all;
    if (pager.isWaiting) return undefined;
    pager.isWaiting = true;
    const after = pager.next === '' ? '' : `&after=${pager.next}`;
    return { kind: 'allMargin', path: `/v1/margin?limit=${String(PAGE_ROWS)}${after}`, pager };
  }

  #events(): Query | undefined {
    const pager = this.#readers.find(({ isWaiting }) => !isWaiting);
    if (pager === undefined) return undefined;
    pager.isWaiting = true;
    const isAnew = pager.next === '' || this.#pagesOfEvents % PAGES_OF_EVENTS === 0;
    this.#pagesOfEvents += 1;
    const behind = this.#random.below(Math.min(this.#head, EVENTS_BEHIND_MAX));
    const from = isAnew ? String(this.#head - behind) : pager.next;
    return {
      kind: isAnew ? 'eventsAnew' : 'events',
      path: `/v1/events?from=${from}&limit=100`,
      pager,
    };
  }
}
