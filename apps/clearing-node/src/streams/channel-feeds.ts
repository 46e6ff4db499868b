import { A } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import type { EventText } from './event-text.js';
import type { Feed } from './feed.js';
import type { FieldPlace, Route } from './routes.js';

/** The feeds of one channel, found by what an event concerns. */
export class ChannelFeeds {
  /** Those that want every event of the channel. */
  private readonly open: Feed[] = [];
  private readonly byAccount = new Map<number, Feed[]>();
  private readonly byMember = new Map<number, Feed[]>();

  constructor(
    private readonly state: HouseState,
    feeds: readonly Feed[],
  ) {
    for (const feed of feeds) {
      const { account, member } = feed.scope;
      if (account !== 0) append(this.byAccount, account, feed);
      else if (member !== 0) append(this.byMember, member, feed);
      else this.open.push(feed);
    }
  }

  /** Gives an event to every feed that it concerns, and adds these to `touched`. */
  offer(route: Route, view: DataView, at: number, text: EventText, touched: Set<Feed>): void {
    for (const feed of this.concerned(route, view, at)) {
      if (feed.has(text.sequence)) continue;
      const { audience, member } = feed.scope;
      const written =
        audience === 'full'
          ? text.full()
          : audience === 'anonymous'
            ? text.anonymous()
            : text.own(this.foreign(route.accounts, view, at, member));
      touched.add(feed);
      feed.push(text.sequence, written);
    }
  }

  private concerned(route: Route, view: DataView, at: number): readonly Feed[] {
    if (this.byAccount.size === 0 && this.byMember.size === 0) return this.open;
    const found = [...this.open];
    for (const { offset } of route.accounts) {
      const account = view.getUint32(at + offset, true);
      this.addAccount(found, account);
    }
    for (const { offset } of route.members) {
      addAll(found, this.byMember.get(view.getUint32(at + offset, true)));
    }
    if (route.range !== undefined) {
      const end = view.getUint32(at + route.range.to, true);
      for (let account = view.getUint32(at + route.range.from, true); account < end; account++) {
        this.addAccount(found, account);
      }
    }
    return found;
  }

  private addAccount(found: Feed[], account: number): void {
    addAll(found, this.byAccount.get(account));
    if (this.byMember.size > 0) addAll(found, this.byMember.get(this.memberOf(account)));
  }

  private memberOf(account: number): number {
    return this.state.accounts.get(account, A.member);
  }

  /** Names of the fields with accounts that are not of this member. */
  private foreign(places: readonly FieldPlace[], view: DataView, at: number, member: number) {
    const foreign: string[] = [];
    for (const { name, offset } of places) {
      if (this.memberOf(view.getUint32(at + offset, true)) !== member) foreign.push(name);
    }
    return foreign;
  }
}

function addAll(found: Feed[], feeds: readonly Feed[] | undefined): void {
  if (feeds !== undefined) found.push(...feeds);
}

function append(map: Map<number, Feed[]>, key: number, feed: Feed): void {
  const feeds = map.get(key);
  if (feeds === undefined) map.set(key, [feed]);
  else feeds.push(feed);
}
