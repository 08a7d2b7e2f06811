/** NatsCalls: what the two kinds ask of a NATS server with JetStream. nats-client.ts makes them with the library; what fails is a NatsError. */
export interface NatsStream {
  /** Tells a stream from an earlier one of the same name. */
  readonly created: string;
  /** 0: it has no message. */
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export interface NatsMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly atMs: number;
  /** Behind it in the stream, of those that are read. */
  readonly pending: number;
  header(name: string): string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface NatsCalls {
  /** The largest message that the server takes. */
  readonly messageBytesMax: number;
  /** Settles when the connection is gone: undefined when close() was called. */
  readonly closed: Promise<Error | undefined>;
  stream(name: string): Promise<NatsStream>;
  /** The name of a stream that takes messages of the subject, which may hold wildcards. */
  streamOf(subject: string): Promise<string>;
  /** In order, from a sequence or a moment on, for ever; throws when the stream is gone, ends when the connection closes. */
  read(
    stream: string,
    from: { readonly sequence: number } | { readonly atMs: number },
    subjects: readonly string[],
  ): AsyncIterable<NatsMessage>;
  /** Resolves once a stream has it, or had it under this id already. */
  publish(message: OutgoingMessage): Promise<void>;
  close(): Promise<void>;
}

export interface OutgoingMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly id: string;
  /** The stream that is to take it; undefined: whichever does. */
  readonly stream: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}
