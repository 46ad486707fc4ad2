/** A refusal, by the name that AWS gives it. Each service writes it down in the form of its own protocol. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** What AWS calls it, such as `ConflictException`. */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, { status = 400 }: { status?: number } = {}) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
