/**
 * RecordedEngine: an engine at a fixed time over a data directory, and the answers to all reads of it as plain JSON. They say what a
 * recorded store must still hold, in words that outlive its format. record-formats.ts makes the recordings, recorded-formats.test.ts reads
 * them.
 */
import { systemClock } from "../../src/adapters/system-clock.ts";
import { defaultLimits } from "../../src/limits.ts";
import type { Engine } from "../../src/engine.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { lockData } from "../../src/data-lock.ts";
import { openEngine } from "../../src/open-engine.ts";
import { endpoint } from "../core-samples.ts";

const recordedAtMs = 1_700_000_000_000;

const bindings: Bindings = {
  endpoints: [endpoint("shop/*")],
  egresses: [{ id: "shop/out", module: "test" }],
};

/** The number of partitions in the recorded store of several partitions. */
export const partitionsOfSeveral = 3;

export interface RecordedOptions {
  readonly answer: (request: InvocationRequest) => InvocationOutcome;
  readonly partitions?: number;
}

export async function openRecorded(dataDir: string, { answer, partitions = 1 }: RecordedOptions): Promise<Engine> {
  const engine = await openEngine({
    data: await lockData(dataDir, partitions),
    limits: { ...defaultLimits, attemptsMax: 1 },
    transport: { invoke: async (request) => answer(request), retain: () => undefined, close: async () => undefined },
    clock: { nowMs: () => recordedAtMs, steadyMs: () => 0, schedule: systemClock.schedule },
    random: { draw: () => 0.5 },
  });
  await engine.applyBindings(bindings);
  return engine;
}

export async function contentOf(engine: Engine): Promise<unknown> {
  const types = engine.functionTypes().map(({ type, states, waitingMessages }) => ({ type, states, waitingMessages }));
  const entities: unknown[] = [];
  for (const { type } of types) {
    for (const { address } of (await engine.entities({ type, limit: 100 })).items) {
      const view = await engine.entity(address);
      const history = await engine.history({ address, limit: 100 });
      // This came back from disk; the reason to wait follows from it.
      entities.push({ ...view, waitReason: undefined, history: history.items });
    }
  }
  const { waitingMessages, delayedMessages, parkedEntities, pausedEntities } = engine.status();
  const counts = { waitingMessages, delayedMessages, parkedEntities, pausedEntities };
  const egress = await engine.egressRecords({ egress: "shop/out", limit: 100 });
  const position = await engine.producerPosition("shop/in 0");
  return plain({ counts, types, entities, egress, producer: await engine.producerSequence("till"), position });
}

/** Writes bytes as hex, so that a content file can be read. */
export function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => {
      if (part instanceof Uint8Array) return Buffer.from(part).toString("hex");
      const buffer = part as { type?: unknown; data?: unknown } | null;
      const isBuffer = typeof part === "object" && buffer?.type === "Buffer" && Array.isArray(buffer.data);
      return isBuffer ? Buffer.from(buffer.data as number[]).toString("hex") : part;
    }),
  );
}
