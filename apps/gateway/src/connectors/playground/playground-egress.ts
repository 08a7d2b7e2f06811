/** The playground's egress: GET /<topic> pops one record, which is removed only after it was sent to the client. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { EgressRecord } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import { problemOf } from "../../contract/problem-of.ts";
import { mustBeAllowedToSend } from "../../identity/message-gate.ts";
import { writeProblem } from "../../listener/reply.ts";
import type { EgressContext, OpenEgress } from "../connector.ts";
import { openPlaygroundServer, pathOf } from "./playground-server.ts";
import type { PlaygroundEgressSpec } from "./playground.ts";

const egressPageRecords = 200;
const egressRecordsSearchedMax = 10_000;
const egressRecordJson = z.object({ topic: z.string(), payload: z.unknown() });

export async function openPlaygroundEgress({ port, topics }: PlaygroundEgressSpec, context: EgressContext): Promise<OpenEgress> {
  const outbox = new TopicOutbox(context);
  let turn: Promise<unknown> = Promise.resolve();
  return openPlaygroundServer(port, context, (request, response, principal) => {
    mustBeAllowedToSend(principal, context.id, context.id);
    const topic = topicOf(request);
    if (topic === undefined || !topics.includes(topic)) return writeProblem(response, problemOf(unknownTopic(pathOf(request), topics)));
    // A HEAD request has no body for the record.
    if (request.method === "HEAD") return writePayload(response, "");
    // Pops run one after the other, so that a record is handed out once, and only to a client that still waits.
    turn = turn
      .catch(() => undefined)
      .then(() => (response.destroyed ? undefined : outbox.pop(topic)))
      .then(
        (payload) => writePayload(response, payload),
        (error: unknown) => writeProblem(response, problemOf(error)),
      );
  });
}

/** The outbox is acknowledged up to a sequence, so a record that was taken before earlier ones is remembered until those are gone too. */
class TopicOutbox {
  readonly #context: Pick<EgressContext, "records" | "acknowledge">;
  readonly #handedOut = new Set<number>();

  constructor(context: Pick<EgressContext, "records" | "acknowledge">) {
    this.#context = context;
  }

  /** The oldest record of the topic. */
  async pop(topic: string): Promise<string | undefined> {
    let after: number | undefined;
    for (let searched = 0; searched < egressRecordsSearchedMax; searched += egressPageRecords) {
      const records = await this.#context.records({ after, limit: egressPageRecords });
      for (const record of records) {
        if (this.#handedOut.has(record.sequence)) continue;
        const payload = payloadFor(record, topic);
        if (payload === undefined) continue;
        this.#handedOut.add(record.sequence);
        await this.#acknowledgeHead();
        return payload;
      }
      after = records.at(-1)?.sequence;
      if (records.length < egressPageRecords) return undefined;
    }
    return undefined;
  }

  async #acknowledgeHead(): Promise<void> {
    const head = await this.#context.records({ limit: egressPageRecords });
    let through: number | undefined;
    for (const record of head) {
      if (!this.#handedOut.has(record.sequence)) break;
      through = record.sequence;
    }
    if (through === undefined) return;
    await this.#context.acknowledge(through);
    for (const sequence of this.#handedOut) if (sequence <= through) this.#handedOut.delete(sequence);
  }
}

function payloadFor(record: EgressRecord, topic: string): string | undefined {
  try {
    const parsed = egressRecordJson.parse(JSON.parse(Buffer.from(record.value.bytes).toString("utf8")));
    if (parsed.topic !== topic) return undefined;
    return typeof parsed.payload === "string" ? parsed.payload : JSON.stringify(parsed.payload);
  } catch {
    return undefined;
  }
}

function unknownTopic(path: string, topics: readonly string[]): GatewayError {
  const detail = `No topic is named by ${path.slice(0, 200)}.`;
  return new GatewayError("UNKNOWN_ROUTE", { detail, where: path, cure: `Use one of: ${topics.join(", ")}.` });
}

/** undefined when the path is not valid percent-encoded text. */
function topicOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(pathOf(request).slice(1));
  } catch {
    return undefined;
  }
}

function writePayload(response: ServerResponse, payload: string | undefined): void {
  if (response.destroyed) return;
  const text = payload ?? "";
  const headers: Record<string, string | number> = {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  };
  if (payload === undefined) headers["status"] = "404";
  response.writeHead(200, headers).end(text);
}
