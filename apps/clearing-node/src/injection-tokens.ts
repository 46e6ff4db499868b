/** Ports are injected by token, so that a test can hand in others. */
export const READ_MODEL = Symbol('READ_MODEL');
