/** natsCheck: what to ask a NATS server about an ingress or egress: the server, the login, and the stream that is read or takes the subject. */
import { reachedAndLetIn, type CheckQuestion, type ConnectorCheck } from "../connector-check.ts";
import type { ConnectorContext } from "../connector.ts";
import type { NatsAccess } from "./nats-access.ts";
import { connectNats, type ConnectNats } from "./nats-client.ts";
import { connectorFailureOf, isRefusedLogin, NatsError } from "./nats-failure.ts";
import { subjectPattern } from "./nats-routing.ts";
import type { NatsCalls } from "./nats-wire.ts";
import type { NatsEgressSpec, NatsIngressSpec } from "./nats.ts";

export async function natsIngressCheck(
  { access, stream }: NatsIngressSpec,
  context: ConnectorContext,
  connect: ConnectNats = connectNats,
): Promise<ConnectorCheck> {
  return checkOf(access, { context, connect, rest: (calls) => [streamIsThere(calls, stream)] });
}

export async function natsEgressCheck(
  { access, subject, stream }: NatsEgressSpec,
  context: ConnectorContext,
  connect: ConnectNats = connectNats,
): Promise<ConnectorCheck> {
  const rest: CheckParts["rest"] = (calls) => {
    const taken = { what: `a stream takes ${subject}`, ask: async () => takes(await calls(), { subject, stream }) };
    return stream === undefined ? [taken] : [streamIsThere(calls, stream), taken];
  };
  return checkOf(access, { context, connect, rest });
}

type Calls = () => Promise<NatsCalls>;

interface CheckParts {
  readonly context: ConnectorContext;
  readonly connect: ConnectNats;
  readonly rest: (calls: Calls) => readonly CheckQuestion[];
}

function checkOf(access: NatsAccess, { context, connect, rest }: CheckParts): ConnectorCheck {
  let opened: Promise<NatsCalls> | undefined;
  const calls: Calls = () => (opened ??= connect(access, context));
  const questions = [
    ...reachedAndLetIn({ reached: "a server answers", letIn: "it takes the credentials" }, calls, isRefusedLogin),
    ...rest(calls),
  ];
  return {
    questions: questions.map(({ what, ask }) => ({ what, ask: () => ask().catch(throwFailure) })),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

function streamIsThere(calls: Calls, stream: string): CheckQuestion {
  return { what: `the stream ${stream} is there`, ask: async () => (await calls()).stream(stream) };
}

async function takes(
  calls: NatsCalls,
  { subject, stream }: { readonly subject: string; readonly stream: string | undefined },
): Promise<void> {
  const found = await calls.streamOf(subjectPattern(subject));
  if (stream !== undefined && found !== stream) throw new NatsError({ code: "WRONG_STREAM", where: subject, detail: found });
}

function throwFailure(error: unknown): never {
  throw connectorFailureOf(error);
}
