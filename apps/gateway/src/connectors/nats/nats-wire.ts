/**
 * NatsCalls: the requests of the two kinds to a NATS server with JetStream. nats-client.ts implements them with the library; failures are
 * NatsErrors.
 */
export interface NatsStream {
  /** Tells a stream from an earlier one of the same name. */
  readonly created: string;
  /** 0 when the stream has no message. */
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export interface NatsMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly atMs: number;
  /** How many messages that match follow it in the stream. */
  readonly pending: number;
  header(name: string): string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface NatsCalls {
  /** The size of the largest message that the server accepts. */
  readonly messageBytesMax: number;
  /** Resolves when the connection is gone, with undefined after close(). */
  readonly closed: Promise<Error | undefined>;
  stream(name: string): Promise<NatsStream>;
  /** The name of a stream that takes messages of the subject, which may hold wildcards. */
  streamOf(subject: string): Promise<string>;
  /** Messages in order from a sequence or a moment on, without end; throws when the stream is gone, ends when the connection closes. */
  read(
    stream: string,
    from: { readonly sequence: number } | { readonly atMs: number },
    subjects: readonly string[],
  ): AsyncIterable<NatsMessage>;
  /** Resolves once a stream has the message, or had one with this id already. */
  publish(message: OutgoingMessage): Promise<void>;
  close(): Promise<void>;
}

export interface OutgoingMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly id: string;
  /** The stream that must take the message; undefined for any stream. */
  readonly stream: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}
