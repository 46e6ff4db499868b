import { type Role, ROLES } from '#libs/access';
import type { Operation, QueryParameter } from './operation.js';

const everyRole: readonly Role[] = ROLES;
const readers: readonly Role[] = ['operator', 'auditor', 'member'];
const wholeHouse: readonly Role[] = ['operator', 'auditor'];
const orderReaders: readonly Role[] = ['operator', 'executor', 'auditor', 'member'];

const pageOf = (things: string, max: number): readonly QueryParameter[] => [
  {
    name: 'limit',
    kind: 'count',
    min: 1,
    max,
    default: 100,
    doc: `Most ${things} of one answer; it may hold fewer.`,
  },
];
const accountPage: readonly QueryParameter[] = [
  ...pageOf('accounts', 1000),
  { name: 'after', kind: 'name', doc: 'Name of the last account of the page before.' },
];

const EXACT_MAX = 2 ** 52;
const intendedTrade: readonly QueryParameter[] = [
  { name: 'instrument', kind: 'name', doc: 'What is traded.' },
  { name: 'side', kind: 'choice', values: ['buy', 'sell'], doc: 'Side of the account.' },
  { name: 'quantityLots', kind: 'count', min: 1, max: EXACT_MAX, default: 1, doc: 'Size, lots.' },
  {
    name: 'priceTicks',
    kind: 'count',
    min: 0,
    max: EXACT_MAX,
    default: 0,
    doc: 'Price in ticks; 0 or left out: the mark.',
  },
];

const curveQuery: readonly QueryParameter[] = [
  {
    name: 'rangePpm',
    kind: 'count',
    min: 100,
    max: 999_900,
    default: 300_000,
    doc: 'How far the curve goes, down and up, in parts per million.',
  },
  {
    name: 'points',
    kind: 'count',
    min: 3,
    max: 201,
    default: 25,
    doc: 'Points of the curve; an odd number, so that one of them is no move.',
  },
];

const get = (
  id: string,
  path: string,
  roles: Operation['roles'],
  summary: string,
  more: Partial<Operation> = {},
): Operation => ({ id, method: 'GET', path, roles, summary, ...more });

const ownAccounts = { forMembers: 'own accounts' };
const oneAccount = { ...ownAccounts, problems: [404] };

/** What can be asked; every answer names the sequence that it was answered at. */
export const queryOperations: readonly Operation[] = [
  get('getStatus', '/v1/status', everyRole, 'How far the durable state is.', { answer: 'Status' }),
  get('listAccounts', '/v1/accounts', readers, 'Accounts in the order in which they were opened.', {
    ...ownAccounts,
    query: accountPage,
    problems: [422],
    answer: 'AccountPage',
  }),
  get('getAccount', '/v1/accounts/:account', readers, 'One account with all that it holds.', {
    ...oneAccount,
    answer: 'Account',
  }),
  get('getPositions', '/v1/accounts/:account/positions', readers, 'Positions of an account.', {
    ...oneAccount,
    answer: 'AccountPositions',
  }),
  get('getBalances', '/v1/accounts/:account/balances', readers, 'Balances of an account.', {
    ...oneAccount,
    answer: 'AccountBalances',
  }),
  get('getMargin', '/v1/accounts/:account/margin', readers, 'How its margin comes about.', {
    ...oneAccount,
    answer: 'AccountMargin',
  }),
  get(
    'getMarginAfter',
    '/v1/accounts/:account/margin/after',
    readers,
    'What its margin would be after a trade, and how large that could be.',
    { ...oneAccount, query: intendedTrade, problems: [404, 422], answer: 'AccountMarginAfter' },
  ),
  get(
    'getDeleveraging',
    '/v1/accounts/:account/deleveraging',
    readers,
    'Where its positions stand in the order of deleveraging.',
    { ...oneAccount, answer: 'AccountDeleveraging' },
  ),
  get(
    'getMarginMoves',
    '/v1/accounts/:account/margin/moves',
    readers,
    'How far it is from a breach when all prices move together, and the curve of its figures.',
    { ...oneAccount, query: curveQuery, problems: [404, 422], answer: 'AccountMarginMoves' },
  ),
  get(
    'getExposures',
    '/v1/accounts/:account/exposures',
    readers,
    'Greeks by instrument, expiry and underlying, with those of the clients under it.',
    { ...oneAccount, answer: 'AccountExposures' },
  ),
  get(
    'getMemberExposures',
    '/v1/members/:member/exposures',
    readers,
    'Greeks over all accounts of a member.',
    { forMembers: 'itself', problems: [404], answer: 'MemberExposures' },
  ),
  get('getHouseExposures', '/v1/exposures', wholeHouse, 'Greeks of the house: net is nothing.', {
    answer: 'HouseExposures',
  }),
  get('listMargin', '/v1/margin', readers, 'Margin figures of all accounts that are judged.', {
    ...ownAccounts,
    query: accountPage,
    problems: [422],
    answer: 'MarginPage',
  }),
  get('listMembers', '/v1/members', readers, 'Clearing members.', {
    forMembers: 'itself',
    answer: 'Members',
  }),
  get('listInstruments', '/v1/instruments', everyRole, 'Instruments with state and mark.', {
    answer: 'Instruments',
  }),
  get('listPools', '/v1/pools', readers, 'Margin pools with what stands behind them.', {
    answer: 'Pools',
  }),
  get('listSagas', '/v1/sagas', readers, 'Open calls, orders, withdrawals and obligations.', {
    ...ownAccounts,
    query: pageOf('of each kind', 1000),
    answer: 'Sagas',
  }),
  get('listOrders', '/v1/liquidation-orders', orderReaders, 'Open liquidation orders.', {
    ...ownAccounts,
    query: pageOf('orders', 1000),
    answer: 'LiquidationOrders',
  }),
  get('listEvents', '/v1/events', readers, 'Events from a sequence on, as JSON or JSON Lines.', {
    forMembers: 'own events and those about markets; a counterparty is left out',
    query: [
      { name: 'from', kind: 'count', min: 1, max: 2 ** 53 - 1, default: 1, doc: 'First sequence.' },
      ...pageOf('events', 1000),
    ],
    answer: 'EventPage',
  }),
  get('getEvent', '/v1/events/:sequence', readers, 'One event.', {
    forMembers: 'as in the list',
    problems: [404],
    answer: 'EventAnswer',
  }),
];
