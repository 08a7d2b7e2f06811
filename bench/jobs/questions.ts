/**
 * questions: what people who ask cost those who send: a paced load while one client asks without pause, one kind of question after the
 * other, and the same load without questions before and after each, in turns. The journal is filled first, and no question finds what it
 * looks for, so each reads as far as it may. The time that a question takes of the gateway's own thread is reported too, because it hardly
 * depends on other work of the machine.
 */
import { percentiles } from "../load/load.ts";
import { pacedLoad } from "../load/paced-load.ts";
import { streamLoad } from "../load/stream-load.ts";
import type { Job, Sample } from "../job.ts";
import { mainThreadMicroseconds } from "../process-usage.ts";
import { System } from "../system.ts";
import { functionTypes, ids, inFlightFull, randomIds } from "../workload.ts";

const perSecond = 500;
const messagesBefore = 100_000;
const turns = 3;

type Ask = (url: string, signal: AbortSignal) => Promise<Response>;

function get(path: string, parameters: Readonly<Record<string, string>>): Ask {
  return (url, signal) => fetch(`${url}${path}?${new URLSearchParams(parameters)}`, { signal });
}

const type = functionTypes.counter;

const questions: Readonly<Record<string, Ask>> = {
  traces: get("/v1/traces", { filter: 'id == "nobody"', limit: "50" }),
  tail: get("/v1/past/records", { fromMs: "0", toMs: "9000000000000", filter: 'id == "nobody"' }),
  entities: get("/v1/entities/rows", { type, filter: "state.sum == -1", limit: "50" }),
  history: get("/v1/history", { type, id: "e0", limit: "50" }),
  sql: (url, signal) =>
    fetch(`${url}/v1/sql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sql: "SELECT count(*), max(sequence) FROM journal WHERE id = 'nobody'" }),
      signal,
    }),
};

export const questionsJob: Job = {
  name: "questions",
  what: `${perSecond} messages/s while lists, histories and SQL are asked without pause`,
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder });
    const nextId = randomIds(ids, "questions");
    await streamLoad(system.grpc, { inFlight: inFlightFull, messagesMax: messagesBefore, type, nextId });
    const load = (lasts: number) => pacedLoad(system.grpc, { perSecond, seconds: lasts, type, nextId });
    await load(warmUpSeconds);
    const samples: Sample[] = [];
    for (let turn = 1; turn <= turns; turn++) {
      samples.push(await measured(system, { line: "questions:none", ask: undefined, load: () => load(seconds) }));
      for (const [name, ask] of Object.entries(questions))
        samples.push(await measured(system, { line: `questions:${name}`, ask, load: () => load(seconds) }));
    }
    return samples;
  },
};

interface Asked {
  readonly line: string;
  /** Undefined when nobody asks. */
  readonly ask: Ask | undefined;
  readonly load: () => Promise<{ readonly latenciesMs: readonly number[] }>;
}

async function measured({ gateway }: System, { line, ask, load }: Asked): Promise<Sample> {
  const over = new AbortController();
  const asker = ask === undefined ? 0 : askUntil(over.signal, () => ask(gateway.url, over.signal));
  const startedMs = performance.now();
  const threadBefore = mainThreadMicroseconds(gateway.pid) ?? 0;
  const { latenciesMs } = await load();
  const thread = (mainThreadMicroseconds(gateway.pid) ?? 0) - threadBefore;
  const ms = performance.now() - startedMs;
  over.abort();
  const answered = await asker;
  return {
    line,
    figures: {
      messagesPerSecond: perSecond,
      ...percentiles(latenciesMs),
      questionsPerSecond: (answered * 1000) / ms,
      threadPercent: thread / ms / 10,
    },
  };
}

/** Asks until the signal, and resolves with the number of answers. */
async function askUntil(signal: AbortSignal, ask: () => Promise<Response>): Promise<number> {
  for (let answered = 0; ; answered++) {
    try {
      const response = await ask();
      const text = await response.text();
      if (!response.ok) throw new Error(`asked and heard ${response.status}: ${text.slice(0, 500)}`);
    } catch (error) {
      if (signal.aborted) return answered;
      throw error;
    }
  }
}
