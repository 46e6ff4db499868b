export { checkGrant, type Grant, GrantError, type Role, ROLES } from './grants.js';
export { allInputs, permittedInputs } from './permitted-inputs.js';
export { type TokenEntry, TokenFile, TokenFileError } from './token-file.js';
