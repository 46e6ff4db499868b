/** Publishers of the simulated day, by id: the operator exists from the start. */
export const OPERATOR_ID = 1;
export const PRICES_ID = 2;
export const VENUE_ID = 3;
export const BANK_ID = 4;
/** Names of the publishers that the operator registers, in the order of their ids. */
export const REGISTERED_PUBLISHERS = ['prices', 'venue', 'bank'] as const;
/** Where everything is matched: XNOV, the first venue that is connected. */
export const MARKET_VENUE_ID = 1;
