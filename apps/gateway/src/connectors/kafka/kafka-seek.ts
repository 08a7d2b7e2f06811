/**
 * kafkaSeek: computes where each partition would go on when a person moves the ingress, and how many records lie between. Changes nothing.
 */
import { ConnectorFailure } from "../connector-failure.ts";
import type { SeekContext, SeekStep, SeekTarget } from "../connector.ts";
import { connectKafka, type ConnectKafka } from "./kafka-connect.ts";
import { connectorFailureOf } from "./kafka-failure.ts";
import { begunPart, begunText } from "./kafka-ingress.ts";
import { formatPosition, parsePosition, partOf } from "./kafka-position.ts";
import { settingsOf, type KafkaIngressSpec } from "./kafka-spec.ts";
import { startOffsets, type StartRules } from "./kafka-start.ts";

export async function kafkaSeek(
  spec: KafkaIngressSpec,
  context: SeekContext,
  { to, connect = connectKafka }: { readonly to: SeekTarget; readonly connect?: ConnectKafka },
): Promise<readonly SeekStep[]> {
  const client = await connect(settingsOf(spec).settings, context).catch((error: unknown) => {
    throw connectorFailureOf(error);
  });
  try {
    const { topics } = await client.metadata(
      spec.topics.map(({ topic }) => topic),
      { create: false },
    );
    const partitions = [...topics].flatMap(([topic, { id, leaders }]) =>
      leaders.map((leader, partition) => ({ topic, partition, topicId: id, leader })),
    );
    const places = new Set(partitions.map(partOf));
    const wanted = to.kind === "positions" ? partitions.filter((one) => to.positions[partOf(one)] !== undefined) : partitions;
    const unknown = to.kind === "positions" ? Object.keys(to.positions).find((part) => !places.has(part)) : undefined;
    if (unknown !== undefined) throw notThere(unknown);
    const rules: StartRules = { startup: startupOf(to), reset: "latest", groupId: undefined };
    const found = await startOffsets(client, wanted, { rules, first: true });
    const steps = await Promise.all(
      found.map(async ({ topicId, next, ...of }): Promise<SeekStep> => {
        const part = partOf(of);
        const from = await offsetOf(context, part, topicId);
        const again = from === undefined ? undefined : Number(from - next);
        return { part, position: formatPosition({ topicId, next }), from: from?.toString(), to: String(next), again };
      }),
    );
    return [...steps, { part: begunPart, position: begunText, from: undefined, to: begunText, again: undefined }];
  } catch (error) {
    throw error instanceof ConnectorFailure ? error : connectorFailureOf(error);
  } finally {
    await client.close();
  }
}

function startupOf(to: SeekTarget): StartRules["startup"] {
  if (to.kind !== "positions") return to;
  const offsets = Object.entries(to.positions).map(([part, text]): [string, bigint] => {
    if (!/^\d{1,18}$/.test(text))
      throw new ConnectorFailure("wait", { what: `"${text}" at ${part} is no offset`, cure: "Write a whole number from 0 up." });
    return [part, BigInt(text)];
  });
  return { kind: "specific-offsets", offsets: new Map(offsets) };
}

async function offsetOf(context: SeekContext, part: string, topicId: string): Promise<bigint | undefined> {
  const parsed = parsePosition((await context.position(part)) ?? "");
  return parsed.kind === "position" && parsed.position.topicId === topicId ? parsed.position.next : undefined;
}

function notThere(part: string): ConnectorFailure {
  return new ConnectorFailure("wait", {
    what: `${part} is no partition of its topics`,
    cure: "Write <topic>/<partition>, for example orders/0.",
  });
}
