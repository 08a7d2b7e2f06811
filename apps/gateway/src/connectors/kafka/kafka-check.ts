/** kafkaCheck: what to ask a cluster about an ingress or egress: a broker, the login, the topics that the module or waiting records name. */
import type { CheckQuestion, ConnectorCheck } from "../connector-check.ts";
import { reachedAndLetIn } from "../connector-check.ts";
import { ConnectorFailure } from "../connector-failure.ts";
import type { ConnectorContext, EgressCheckContext } from "../connector.ts";
import type { KafkaCalls } from "./kafka-client.ts";
import { connectKafka, type ConnectKafka } from "./kafka-connect.ts";
import { KafkaError } from "./kafka-error.ts";
import { connectorFailureOf, isRefusedLogin } from "./kafka-failure.ts";
import { outgoingRow } from "./kafka-outgoing.ts";
import { settingsOf, type KafkaConnectionSpec, type KafkaEgressSpec, type KafkaIngressSpec } from "./kafka-spec.ts";

const recordsLookedAtMax = 100;

export async function kafkaIngressCheck(
  spec: KafkaIngressSpec,
  context: ConnectorContext,
  connect: ConnectKafka = connectKafka,
): Promise<ConnectorCheck> {
  return checkOf(spec, { context, connect, topics: spec.topics.map(({ topic }) => topic) });
}

/** Records name their topics themselves, so the waiting records say which topics to check. */
export async function kafkaEgressCheck(
  spec: KafkaEgressSpec,
  context: EgressCheckContext,
  connect: ConnectKafka = connectKafka,
): Promise<ConnectorCheck> {
  const waiting = await context.records({ limit: recordsLookedAtMax });
  const topics = waiting.map(outgoingRow).flatMap((outgoing) => (outgoing.kind === "row" ? [outgoing.row.topic] : []));
  return checkOf(spec, { context, connect, topics: [...new Set(topics)] });
}

interface CheckParts {
  readonly context: ConnectorContext;
  readonly connect: ConnectKafka;
  readonly topics: readonly string[];
}

function checkOf(spec: KafkaConnectionSpec, { context, connect, topics }: CheckParts): ConnectorCheck {
  let opened: Promise<KafkaCalls> | undefined;
  const client = (): Promise<KafkaCalls> => (opened ??= connect(settingsOf(spec).settings, context));
  const login = async (): Promise<unknown> => (await client()).metadata([], { create: false });
  const questions: CheckQuestion[] = [
    ...reachedAndLetIn({ reached: "a broker answers", letIn: "it takes the credentials" }, login, isRefusedLogin),
    ...topics.map((topic) => ({ what: `the topic ${topic} is there`, ask: async () => topicIsThere(await client(), topic) })),
  ];
  return {
    questions: questions.map(({ what, ask }) => ({ what, ask: () => ask().catch(throwFailure) })),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

async function topicIsThere(client: KafkaCalls, topic: string): Promise<void> {
  const { topics, refused } = await client.metadata([topic], { create: false });
  const code = refused.get(topic);
  if (code !== undefined) throw new KafkaError({ code, where: topic });
  const leaders = topics.get(topic)?.leaders ?? [];
  const without = leaders.filter((leader) => leader < 0).length;
  if (leaders.length > 0 && without === 0) return;
  throw new ConnectorFailure("wait", {
    what: `${topic}: ${without} of ${leaders.length} partitions have no leader`,
    cure: "Start the brokers that hold them; it goes on by itself.",
  });
}

function throwFailure(error: unknown): never {
  throw error instanceof ConnectorFailure ? error : connectorFailureOf(error);
}
