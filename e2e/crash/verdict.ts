/**
 * Verdict: compares the state at the end of a crash run with what the workload must come to: counters by state and by verification records,
 * egress records by number, order and once-ness, sequences by sender and receiver, and an engine at rest. Each finding names the entity or
 * egress, what was expected and what was found.
 */
import type { SequenceRecord, SequenceState } from "../functions/sequence.ts";
import { decodeVerificationResult, smokeNames } from "../functions/smoke-commands.ts";
import type { Api, EgressRecord } from "../stack/api.ts";
import type { Consumer, CrashStack } from "./crash-stack.ts";
import type { ConsumerLine } from "./egress-consumer-process.ts";
import { sequenceEntities, type Workload } from "./workload.ts";

export interface Finding {
  readonly where: string;
  readonly expected: string;
  readonly actual: string;
}

export async function findings(stack: CrashStack, workload: Workload): Promise<Finding[]> {
  const { api } = stack.gateway;
  return [...(await atRest(api)), ...(await counters(api, workload)), ...(await sequences(api, workload)), ...egress(stack, workload)];
}

class Findings {
  readonly list: Finding[] = [];

  expect(where: string, actual: number | string, expected: number | string): void {
    if (actual !== expected) this.list.push({ where, expected: String(expected), actual: String(actual) });
  }
}

async function atRest(api: Api): Promise<Finding[]> {
  const found = new Findings();
  const summary = await api.summary();
  found.expect("health of the engine", summary.health.kind, "running");
  found.expect("waiting messages", summary.waiting, 0);
  found.expect("invocations in flight", summary.inFlight, 0);
  found.expect("delayed messages", summary.delayed, 0);
  found.expect("parked entities", summary.parked, 0);
  for (const type of [smokeNames.interpreter, smokeNames.sequence]) {
    for (const { address, status } of await api.entities(type)) {
      const why = status === "idle" ? undefined : (await api.entity({ type, id: address.id })).failure?.message;
      found.expect(`status of ${type}/${address.id}`, why === undefined ? status : `${status} (${why})`, "idle");
    }
  }
  for (const { id, waitingRecords } of await api.egresses()) found.expect(`records that wait in ${id}`, waitingRecords, 0);
  return found.list;
}

async function counters(api: Api, workload: Workload): Promise<Finding[]> {
  const found = new Findings();
  for (const [id, expected] of workload.counters.entries()) {
    const value = await api.state({ type: smokeNames.interpreter, id: String(id) }, "state");
    found.expect(`state of ${smokeNames.interpreter}/${id}`, typeof value === "number" ? value : 0, expected);
  }
  return found.list;
}

async function sequences(api: Api, { sequences: expected }: Workload): Promise<Finding[]> {
  const found = new Findings();
  const states = new Map<string, SequenceState>();
  for (let index = 0; index < sequenceEntities; index++) {
    const id = `sequence-${index}`;
    const state = (await api.state({ type: smokeNames.sequence, id }, "state")) as SequenceState | undefined;
    states.set(id, state ?? { seen: {}, sent: {}, records: 0, violations: [] });
  }
  const where = (id: string): string => `${smokeNames.sequence}/${id}`;
  for (const [id, state] of states) {
    found.expect(`order of arrival at ${where(id)}`, state.violations.join("; ") || "kept", "kept");
    found.expect(`records sent by ${where(id)}`, state.records, expected.records.get(id) ?? 0);
  }
  for (const [pair, count] of expected.sent) {
    const [from = "", to = ""] = pair.split(" ");
    found.expect(`messages sent by ${where(from)} to ${to}`, states.get(from)?.sent[to] ?? 0, count);
    found.expect(`messages received by ${where(to)} from ${from}`, states.get(to)?.seen[from] ?? 0, count);
  }
  for (const [pair, count] of expected.ticks) {
    const [producer = "", to = ""] = pair.split(" ");
    found.expect(`messages received by ${where(to)} from producer ${producer}`, states.get(to)?.seen[producer] ?? 0, count);
  }
  return found.list;
}

function egress(stack: CrashStack, workload: Workload): Finding[] {
  const found = new Findings();
  const read = (sink: typeof smokeNames.discardSink | typeof smokeNames.verificationSink | typeof smokeNames.sequenceSink) =>
    recordsOf(stack.consumers.get(sink), { sink, found });

  found.expect(`records of ${smokeNames.discardSink}`, read(smokeNames.discardSink).length, workload.discarded);

  const results = read(smokeNames.verificationSink).map((record) => decodeVerificationResult(Buffer.from(record.bytes, "base64")));
  found.expect(`records of ${smokeNames.verificationSink}`, results.length, workload.verifications);
  const counted = new Map<number, number>();
  for (const { id, actual } of results) {
    const [least, most] = [counted.get(id) ?? 0, workload.counters[id] ?? 0];
    const range = `${least} to ${most}`;
    found.expect(`verification of ${smokeNames.interpreter}/${id} in mid-run`, actual < least || actual > most ? actual : range, range);
    counted.set(id, actual);
  }
  for (const { id, expected, actual } of results.slice(-workload.counters.length)) {
    found.expect(`last verification of ${smokeNames.interpreter}/${id}`, actual, expected);
  }

  const last = new Map<string, number>();
  for (const { value } of read(smokeNames.sequenceSink)) {
    const { from, number } = value as SequenceRecord;
    found.expect(`record of ${smokeNames.sequenceSink} from ${from}`, number, (last.get(from) ?? 0) + 1);
    last.set(from, number);
  }
  for (const [from, count] of workload.sequences.records) {
    found.expect(`last record of ${smokeNames.sequenceSink} from ${from}`, last.get(from) ?? 0, count);
  }
  return found.list;
}

/** Reads what a consumer wrote; its own complaints, and any sequence that does not rise, become findings. */
function recordsOf(consumer: Consumer | undefined, { sink, found }: { sink: string; found: Findings }): EgressRecord[] {
  const records: EgressRecord[] = [];
  for (const text of consumer?.text().split("\n") ?? []) {
    if (text === "") continue;
    const line = JSON.parse(text) as ConsumerLine;
    if ("wrong" in line) {
      found.expect(`records of ${sink} that were read twice`, line.wrong, "the same both times");
      continue;
    }
    const before = records.at(-1)?.sequence ?? 0;
    if (line.sequence <= before) found.expect(`sequence of ${sink}`, line.sequence, `above ${before}`);
    records.push(line);
  }
  return records;
}
