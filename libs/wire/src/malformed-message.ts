/** Bytes that are no message of the stream. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}
