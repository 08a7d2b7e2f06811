/** kinesisCheck: what to ask Kinesis about an ingress or egress: the service, the credentials, the streams that the module or waiting records name. */
import { reachedAndLetIn, type ConnectorCheck } from "../connector-check.ts";
import type { ConnectorContext, EgressCheckContext } from "../connector.ts";
import type { KinesisAccess } from "./kinesis-access.ts";
import { connectKinesis, type ConnectKinesis } from "./kinesis-client.ts";
import { connectorFailureOf, isRefusedLogin } from "./kinesis-failure.ts";
import { outgoingEntry } from "./kinesis-outgoing.ts";
import type { KinesisCalls } from "./kinesis-wire.ts";
import type { KinesisEgressSpec, KinesisIngressSpec } from "./kinesis.ts";

const recordsLookedAtMax = 100;

export async function kinesisIngressCheck(
  { access, streams }: KinesisIngressSpec,
  context: ConnectorContext,
  connect: ConnectKinesis = connectKinesis,
): Promise<ConnectorCheck> {
  return checkOf(access, { context, connect, streams: streams.map(({ stream }) => stream) });
}

/** Records name their streams themselves, so the waiting records say which streams to check. */
export async function kinesisEgressCheck(
  { access }: KinesisEgressSpec,
  context: EgressCheckContext,
  connect: ConnectKinesis = connectKinesis,
): Promise<ConnectorCheck> {
  const waiting = await context.records({ limit: recordsLookedAtMax });
  const streams = waiting.map(outgoingEntry).flatMap((outgoing) => (outgoing.kind === "entry" ? [outgoing.entry.stream] : []));
  return checkOf(access, { context, connect, streams: [...new Set(streams)] });
}

interface CheckParts {
  readonly context: ConnectorContext;
  readonly connect: ConnectKinesis;
  readonly streams: readonly string[];
}

function checkOf(access: KinesisAccess, { context, connect, streams }: CheckParts): ConnectorCheck {
  let opened: KinesisCalls | undefined;
  const calls = (): KinesisCalls => (opened ??= connect(access, context));
  const login = async (): Promise<void> => calls().identify();
  const questions = [
    ...reachedAndLetIn({ reached: "the service answers", letIn: "it takes the credentials" }, login, isRefusedLogin),
    ...streams.map((stream) => ({ what: `the stream ${stream} is there`, ask: async () => calls().describe(stream) })),
  ];
  return {
    questions: questions.map(({ what, ask }) => ({ what, ask: () => ask().catch(throwFailure) })),
    close: async () => opened?.close(),
  };
}

function throwFailure(error: unknown): never {
  throw connectorFailureOf(error);
}
