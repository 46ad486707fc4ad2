/** A caller's connection is to be cut, with no answer. */
export class ConnectionResetError extends Error {
  override readonly name = 'ConnectionResetError';
}
