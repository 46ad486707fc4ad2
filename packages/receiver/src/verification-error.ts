/**
 * Why a request was refused.
 * - `missing-header`, `malformed-header`: a header that the scheme needs is not there, or not of its form
 * - `outside-tolerance`: it was sent too long ago, or in the future
 * - `wrong-signature`: it was not signed with this secret, or was changed since
 * - `malformed-body`: it was signed, but is not an event
 */
export type VerificationFailure =
  | 'missing-header'
  | 'malformed-header'
  | 'outside-tolerance'
  | 'wrong-signature'
  | 'malformed-body';

/** A request that is not to be trusted. Its message holds nothing secret. */
export class VerificationError extends Error {
  override name = 'VerificationError';
  readonly code: VerificationFailure;

  constructor(code: VerificationFailure, message: string) {
    super(message);
    this.code = code;
  }
}
