/** Many inputs or events, one JSON object a line. */
export const NDJSON = 'application/x-ndjson';
export const PROBLEM_JSON = 'application/problem+json';
