/**
 * KinesisError: what went wrong between us and Kinesis, as one code: the service's own names, Node's (ECONNREFUSED, …) and a few of the
 * SDK. kinesis-failure.ts says what each means and how it is mended.
 */
export class KinesisError extends Error {
  readonly code: string;
  /** The stream, with its shard where there is one. */
  readonly where: string;
  readonly detail: string;

  constructor({ code, where, detail }: { readonly code: string; readonly where: string; readonly detail: string }) {
    super(`${code} at ${where}${detail === "" ? "" : `: ${detail}`}`);
    this.name = "KinesisError";
    this.code = code;
    this.where = where;
    this.detail = detail;
  }
}
