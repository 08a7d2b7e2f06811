/**
 * TraceStory: what is known of a trace, whether or not the journal still has it: its records, waiting (where, and why), taken back by a
 * restore, older than the journal, the number of something else, or a number that nothing ever had. Neighbour: traces.ts.
 */
import type { Address, Engine, JournalRecord } from "@signalbox/runtime";
import { addressView, messageView, waitReasonView } from "../../views/entity-views.ts";
import { pastOf, reachOf } from "../../views/past.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { TraceStory, TraceWait } from "../../contract/messages/traces.ts";

/** How many rows of waiting messages are searched for one that nothing has consumed. */
const waitingRowsMax = 50_000;
const waitsShownMax = 20;

type Parts = { readonly engine: Engine; readonly values: ValueCodec };

export async function storyOf({ engine, values }: Parts, trace: number, records: readonly JournalRecord[]): Promise<TraceStory> {
  const reach = await reachOf(engine);
  const beginning = records.find(({ messages }) => messages.some(({ sequence }) => sequence === trace));
  const past = pastOf(engine, { sequence: trace, id: beginning?.address.id });
  if (records.length > 0) {
    return { kind: "told", past, reach, beginsBeforeReach: beginning === undefined && reach !== null && trace < reach.sequence };
  }
  const found = await engine.waitingOfTrace(trace, { rowsMax: waitingRowsMax });
  const waiting = found.messages[0];
  if (waiting !== undefined) {
    const [wait] = await waitsAt(engine, [waiting.target]);
    return { kind: "waiting", message: messageView(waiting, values), wait: wait ?? null, reach };
  }
  // Checked after the search, because a number that a partition in another thread has just given may not be known here yet.
  if (trace >= engine.nextSequence()) return { kind: "never", newest: engine.nextSequence() - 1, reach };
  const owner = await engine.ownerOf(trace);
  if (owner !== undefined)
    return {
      kind: "other",
      what: owner.kind,
      record: owner.record,
      trace: owner.trace ?? null,
      address: addressView(owner.address),
      reach,
    };
  if (past !== null && past.undone !== null) return { kind: "undone", past, reach };
  if (reach === null || trace < reach.sequence) return { kind: "older", past, reach };
  return { kind: "unknown", looked: found.looked, complete: found.complete, past, reach };
}

/** Where messages of a trace wait that no record has consumed, with the reason of each entity. */
export async function traceWaits(engine: Engine, trace: number, records: readonly JournalRecord[]): Promise<TraceWait[]> {
  const consumed = new Set<number>();
  for (const { outcome, messages } of records)
    if (outcome.kind === "completed") for (const { sequence } of messages) consumed.add(sequence);
  const open = new Map<string, Address>();
  const wanted = records.flatMap(({ outcome, messages, sent }) => (outcome.kind === "parked" ? [...messages, ...sent] : sent));
  for (const { sequence, target, trace: of } of wanted)
    if (of === trace && !consumed.has(sequence)) open.set(`${target.type}/${target.id}`, target);
  return waitsAt(engine, [...open.values()]);
}

async function waitsAt(engine: Engine, addresses: readonly Address[]): Promise<TraceWait[]> {
  const waits: TraceWait[] = [];
  for (const address of addresses.slice(0, waitsShownMax)) {
    const entity = await engine.entity(address);
    if (entity === undefined || entity.mailboxDepth === 0) continue;
    const { status, mailboxDepth, waitReason } = entity;
    waits.push({ address: addressView(address), status, mailboxDepth, waitReason: waitReasonView(waitReason) });
  }
  return waits;
}
