/**
 * connectNats: NatsCalls over the libraries of NATS, of which this is the only importer. It does not reconnect, because the framework does,
 * and reads with an ordered consumer, which needs no acknowledgements and ends with the connection.
 */
import {
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  JetStreamApiError,
  type ConsumerMessages,
  type JetStreamManager,
} from "@nats-io/jetstream";
import {
  credsAuthenticator,
  NatsConnectionImpl,
  nkeyAuthenticator,
  setTransportFactory,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NatsConnection,
  headers as natsHeaders,
} from "@nats-io/transport-node";
import { nodeResolveHost } from "@nats-io/transport-node/lib/node_transport.js";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import type { ConnectorContext } from "../connector.ts";
import { placeRefusal } from "../place-refusal.ts";
import { answered, published, streamInfo } from "./nats-answers.ts";
import { hostOf, type NatsAccess, type NatsCredentials, type NatsTls } from "./nats-access.ts";
import { NatsError } from "./nats-failure.ts";
import { NatsTransport } from "./nats-transport.ts";
import type { NatsCalls, NatsMessage, NatsStream } from "./nats-wire.ts";

export type ConnectNats = (access: NatsAccess, context: Pick<ConnectorContext, "places" | "id">) => Promise<NatsCalls>;

const connectTimeoutMs = 10_000;
/** A server that vanished silently is given up after three unanswered pings. */
const pingEveryMs = 20_000;
const answerTimeoutMs = 10_000;
const fileBytesMax = 1024 * 1024;
/** The most bytes of messages that came and were not handed over yet. */
const bufferBytesMax = 64 * 1024 * 1024;
const bufferMessagesMax = 500;
const bufferMessagesLeast = 16;
const wrongStreamCode = 10_060;
const tooLargeCode = 10_054;
const workQueueCodes: ReadonlySet<number> = new Set([10_084, 10_098, 10_099, 10_100, 10_101]);
/** The statuses that mean that the consumer no longer delivers. */
const goneStatuses: ReadonlySet<string> = new Set(["consumer_deleted", "stream_not_found", "consumer_not_found"]);

export const connectNats: ConnectNats = async ({ servers, credentials, tls }, { places, id }) => {
  const where = servers.join(", ");
  for (const server of servers) {
    const forbidden = await placeRefusal(places, hostOf(server) ?? "");
    if (forbidden !== undefined) throw new NatsError({ code: "FORBIDDEN_PLACE", where: server, detail: forbidden });
  }
  const authenticator = await authenticatorOf(credentials);
  const files = tls === undefined ? undefined : await tlsOf(tls);
  setTransportFactory({ factory: () => new NatsTransport(), dnsResolveFn: nodeResolveHost });
  const connection = await named(
    where,
    NatsConnectionImpl.connect({
      servers: [...servers],
      name: `signalbox ${id}`,
      reconnect: false,
      ignoreClusterUpdates: true,
      timeout: connectTimeoutMs,
      pingInterval: pingEveryMs,
      ...(authenticator === undefined ? {} : { authenticator }),
      ...(files === undefined ? {} : { tls: files }),
    }),
  );
  try {
    return callsOf(connection, await named(where, jetstreamManager(connection, { checkAPI: false, timeout: answerTimeoutMs })), where);
  } catch (error) {
    await connection.close();
    throw error;
  }
};

async function authenticatorOf(credentials: NatsCredentials): Promise<Authenticator | undefined> {
  switch (credentials.kind) {
    case "none":
      return undefined;
    case "user":
      return usernamePasswordAuthenticator(credentials.user, credentials.password.reveal());
    case "token":
      return tokenAuthenticator(credentials.token.reveal());
    case "nkey":
      return nkeyAuthenticator(Buffer.from(credentials.seed.reveal()));
    case "creds":
      return credsAuthenticator(await fileOf(credentials.file));
  }
}

async function tlsOf({ caFile, certFile, keyFile }: NatsTls): Promise<{ ca?: string; cert?: string; key?: string }> {
  const textOf = async (path: string): Promise<string> => (await fileOf(path)).toString("utf8");
  return {
    ...(caFile === undefined ? {} : { ca: await textOf(caFile) }),
    ...(certFile === undefined ? {} : { cert: await textOf(certFile) }),
    ...(keyFile === undefined ? {} : { key: await textOf(keyFile) }),
  };
}

async function fileOf(path: string): Promise<Buffer> {
  const read = await readRegularFile(path, fileBytesMax);
  if (read.kind === "ok") return read.bytes;
  throw new NatsError({ code: "FILE_UNREADABLE", where: path, detail: read.reason });
}

function callsOf(connection: NatsConnection, manager: JetStreamManager, where: string): NatsCalls {
  const messageBytesMax = connection.info?.max_payload ?? 1024 * 1024;
  const bufferMessages = Math.max(bufferMessagesLeast, Math.min(bufferMessagesMax, Math.floor(bufferBytesMax / messageBytesMax)));
  const client = jetstream(connection, { timeout: answerTimeoutMs });
  return {
    messageBytesMax,
    closed: connection.closed().then((error) => (error instanceof Error ? natsErrorOf(error, where) : undefined)),
    async stream(name): Promise<NatsStream> {
      const { created, state } = answered(streamInfo, await named(name, manager.streams.info(name)), name);
      return { created, firstSequence: state.first_seq, lastSequence: state.last_seq };
    },
    streamOf: (subject) => streamOf(manager, subject),
    async *read(stream, from, subjects) {
      const start =
        "atMs" in from
          ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from.atMs).toISOString() }
          : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from.sequence };
      const filter = subjects.length === 0 ? {} : { filter_subjects: subjects.length === 1 ? (subjects[0] ?? "") : [...subjects] };
      const consumer = await named(stream, client.consumers.get(stream, { ...start, ...filter }));
      const messages = await named(stream, consumer.consume({ max_messages: bufferMessages }));
      yield* readAll(messages, stream);
    },
    async publish({ subject, data, id, stream, headers: given }) {
      const expect = stream === undefined ? {} : { expect: { streamName: stream } };
      const own = natsHeaders();
      for (const [name, value] of given) own.append(name, value);
      const sent = client.publish(subject, data, { msgID: id, headers: own, timeout: answerTimeoutMs, retries: 1, ...expect });
      answered(published, await named(subject, sent), subject);
    },
    close: () => connection.close(),
  };
}

async function streamOf(manager: JetStreamManager, subject: string): Promise<string> {
  for await (const name of manager.streams.names(subject)) return name;
  throw new NatsError({ code: "NoRespondersError", where: subject, detail: "" });
}

async function* readAll(messages: ConsumerMessages, stream: string): AsyncGenerator<NatsMessage> {
  let gone: string | undefined;
  // This loop ends together with the messages.
  const watching = (async () => {
    for await (const status of messages.status()) {
      if (!goneStatuses.has(status.type)) continue;
      gone = status.type;
      await messages.close();
    }
  })();
  try {
    for await (const message of messages) {
      yield {
        sequence: message.seq,
        subject: message.subject,
        data: message.data,
        atMs: Math.floor(message.info.timestampNanos / 1e6),
        pending: message.info.pending,
        header: (name) => message.headers?.get(name) || undefined,
        headers: [...(message.headers ?? [])].flatMap(([name, values]) => values.map((value) => [name, value] as const)),
      };
    }
  } finally {
    await messages.close();
    await watching;
  }
  if (gone !== undefined) throw new NatsError({ code: "STREAM_GONE", where: stream, detail: gone });
}

async function named<T>(where: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw natsErrorOf(error, where);
  }
}

/** The library's errors have a `name`, the server's a number and Node's a `code`, and some are nested. */
function natsErrorOf(error: unknown, where: string): NatsError {
  if (error instanceof NatsError) return error;
  if (!(error instanceof Error)) return new NatsError({ code: "UNEXPECTED", where, detail: String(error) });
  return new NatsError({ code: codeOf(error), where, detail: error.message });
}

function codeOf(error: Error): string {
  if (error instanceof JetStreamApiError) {
    if (error.code === wrongStreamCode) return "WRONG_STREAM";
    if (error.code === tooLargeCode) return "TOO_LARGE";
    if (workQueueCodes.has(error.code)) return "WORK_QUEUE";
    return error.name;
  }
  if (error.message.includes("max_payload")) return "TOO_LARGE";
  // The library reads answers as JSON objects, whatever they are.
  if (error instanceof SyntaxError || error instanceof TypeError) return "UNREADABLE_SERVER";
  for (const inner of [error, error.cause])
    if (inner instanceof Error && "code" in inner && typeof inner.code === "string") return inner.code;
  return error.name;
}
