/**
 * Wire cases: what a function server must do, whatever its language and SDK, as requests to conformance/probe and what must come back
 * (docs/write-an-sdk.md lists what the probe does). Neighbours: probe-server.ts carries them there with the gateway's own transport;
 * `npm run conformance` and wire.test.ts run them.
 */
import type { Effects, StateSpec, TypedValue } from "@signalbox/runtime";
import type { ProbeCommand, ProbeNote } from "../functions/probe-command.ts";
import { NoAnswer, type ProbeReply, type ProbeServer, type ProbeTurn } from "./probe-server.ts";

export interface WireCase {
  readonly name: string;
  /** Runs the case; rejects with what is wrong. */
  readonly run: (server: ProbeServer) => Promise<void>;
  /** A state without which the case shows nothing; it is skipped then. */
  readonly needs?: string;
}

const bigCharacters = 1_000_000;
const text = new TextDecoder();

const required: readonly (readonly [name: string, typename: string, mode: string, afterMs: number])[] = [
  ["notes", "conformance/notes", "none", 0],
  ["bool_value", "io.statefun.types/bool", "none", 0],
  ["int_value", "io.statefun.types/int", "none", 0],
  ["float_value", "io.statefun.types/float", "none", 0],
  ["string_value", "io.statefun.types/string", "none", 0],
  ["json_value", "conformance/json", "none", 0],
  ["after_write", "io.statefun.types/int", "after-write", 400],
  ["after_call", "io.statefun.types/int", "after-invoke", 1200],
];

/** Values with their bytes in hexadecimal; a default value has no bytes. */
const builtIns: readonly (readonly [state: string, value: unknown, hex: string])[] = [
  ["bool_value", true, "0801"],
  ["bool_value", false, ""],
  ["int_value", -2, "0dfeffffff"],
  ["int_value", 0, ""],
  ["float_value", 1.5, "0d0000c03f"],
  ["string_value", "käse", "0a056bc3a47365"],
  ["string_value", "", ""],
  ["long_value", 5, "090500000000000000"],
  ["long_value", 0, ""],
  ["double_value", 0.5, "09000000000000e03f"],
];

export const wireCases: readonly WireCase[] = [
  { name: "handshake: names every state that the request lacks, with its type", run: namesMissing },
  { name: "handshake: names only what is missing when some states are there", run: namesOnlyMissing },
  { name: "handshake: says how states expire, after a write and after a call", run: saysExpiry },
  ...builtIns.map(([state, value, hex]) => ({
    name: `values: ${state} = ${JSON.stringify(value)}`,
    needs: state,
    run: (server: ProbeServer) => writes(server, { state, value, hex }),
  })),
  { name: "state: a value that is registered and empty is read as none", run: readsEmpty },
  { name: "state: a value that was stored is read", run: readsStored },
  { name: "state: a value that is deleted is deleted, not written", run: deletes },
  { name: "state: one that the function does not know is ignored", run: ignoresUnknownState },
  { name: "batch: each message sees what the one before it wrote, and one mutation comes of it", run: batches },
  { name: "batch: one message that fails fails all of them", run: failsWhole },
  { name: "caller: the sender of a message, and none for one from an ingress", run: tellsCaller },
  { name: "answer: a message to the caller goes to its address, with its type", run: answersCaller },
  { name: "send: messages in the order of sending, with their type", run: sends },
  { name: "delay: the time in milliseconds, with its cancellation token and without", run: delays },
  { name: "delay: a cancellation names its token", run: cancels },
  { name: "egress: a record for its egress, with its type", run: egresses },
  { name: "errors: a function that throws is a failure, and the next request is answered", run: throwsOnDemand },
  { name: "errors: a type that is not served is a failure", run: refusesUnknownType },
  { name: "messages: a value of another type reaches the function under its type", run: takesOtherType },
  { name: "messages: fields that the function does not know are skipped", run: skipsUnknownFields },
  { name: "big values: a state of 1 MB comes back as it was sent", run: carriesBig },
  { name: "addresses: an id of any text", run: takesAnyId },
  { name: "many requests at once are answered each to its own", run: answersMany },
];

async function namesMissing(server: ProbeServer): Promise<void> {
  const specs = await server.specs();
  for (const [name, typename] of required)
    expect(named(specs, name).typename === typename, `state ${name} has type ${named(specs, name).typename}, not ${typename}`);
}

async function namesOnlyMissing(server: ProbeServer): Promise<void> {
  const reply = await server.ask([{ op: "note" }], { states: new Map([["notes", undefined]]) });
  if (reply.kind === "failure") throw new NoAnswer(reply.failure);
  if (reply.kind !== "incomplete") throw new Error(`answered with ${reply.kind} although states were missing`);
  expect(!reply.missing.some(({ name }) => name === "notes"), "notes was in the request and is asked for again");
  named(reply.missing, "int_value");
}

async function saysExpiry(server: ProbeServer): Promise<void> {
  const specs = await server.specs();
  for (const [name, , mode, afterMs] of required) {
    const { expiration } = named(specs, name);
    expect(
      expiration.mode === mode && expiration.afterMs === afterMs,
      `${name} expires ${expiration.mode} ${expiration.afterMs} ms, not ${mode} ${afterMs} ms`,
    );
  }
}

async function writes(server: ProbeServer, { state, value, hex }: { state: string; value: unknown; hex: string }): Promise<void> {
  const { effects } = await server.tell([{ op: "set", name: state, value }]);
  const written = bytesOf(effects, state);
  expect(Buffer.from(written.bytes).toString("hex") === hex, `wrote 0x${Buffer.from(written.bytes).toString("hex")}, not 0x${hex}`);
}

async function readsEmpty(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "increment" }]);
  equalInt(effects, 1);
}

async function readsStored(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "increment" }], { states: { int_value: int(41) } });
  equalInt(effects, 42);
}

async function deletes(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "delete", name: "int_value" }], { states: { int_value: int(41) } });
  const mutation = effects.mutations.find(({ name }) => name === "int_value");
  expect(mutation?.kind === "delete", `int_value: ${mutation?.kind ?? "no mutation"}`);
}

async function ignoresUnknownState(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "increment" }], { states: { nobody_declared_it: int(1) } });
  equalInt(effects, 1);
}

async function batches(server: ProbeServer): Promise<void> {
  const turn = await server.tell([{ op: "increment" }, { op: "increment" }, { op: "increment" }]);
  equalInt(turn.effects, 3);
  expect(turn.effects.mutations.filter(({ name }) => name === "int_value").length === 1, "int_value is written more than once");
  const batchNumbers = new Set(notesOf(turn).map(({ batch }) => batch));
  expect(
    notesOf(turn).length === 3 && batchNumbers.size === 1,
    `${notesOf(turn).length} notes of ${batchNumbers.size} requests, not 3 of 1`,
  );
}

async function failsWhole(server: ProbeServer): Promise<void> {
  const reply = await server.ask([{ op: "increment" }, { op: "throw" }, { op: "increment" }], { states: server.empty });
  refused(reply);
}

async function tellsCaller(server: ProbeServer): Promise<void> {
  const sent = await server.tell([{ op: "note" }], { caller: { type: "conformance/other", id: "é 1" } });
  expect(notesOf(sent)[0]?.caller === "conformance/other/é 1", `the caller was ${notesOf(sent)[0]?.caller}`);
  const outside = await server.tell([{ op: "note" }]);
  expect(notesOf(outside)[0]?.caller === null, `a message from an ingress has the caller ${notesOf(outside)[0]?.caller}`);
}

async function answersCaller(server: ProbeServer): Promise<void> {
  const caller = { type: "io.signalbox.calls/call", id: "17" };
  const { effects } = await server.tell([{ op: "answer", value: { seven: 7 }, valueType: "conformance/answer" }], { caller });
  const got = effects.messages.map(({ target, value }) => `${target.type}/${target.id} ${value.typename} ${text.decode(value.bytes)}`);
  const wanted = 'io.signalbox.calls/call/17 conformance/answer {"seven":7}';
  expect(got.map((one) => one.trimEnd().replaceAll(/(?<=[:,]) /g, "")).join("; ") === wanted, `sent ${got.join("; ") || "nothing"}`);
}

async function sends(server: ProbeServer): Promise<void> {
  const to = ["a", "b", "a"].map((id, index) => ({ id, command: { op: "note" as const, note: String(index) } }));
  const { effects } = await server.tell([{ op: "send", to }]);
  const got = effects.messages.map(({ target, value }) => `${target.type}/${target.id} ${value.typename} ${commandOf(value).note}`);
  const wanted = ["a 0", "b 1", "a 2"].map((each) => `conformance/probe/${each.replace(" ", " conformance/command ")}`);
  expect(got.join() === wanted.join(), `sent ${got.join("; ") || "nothing"}`);
}

async function delays(server: ProbeServer): Promise<void> {
  const later = { op: "send-after", id: "later", command: { op: "note" } } as const;
  const { effects } = await server.tell([
    { ...later, delayMs: 90_061_001, token: "t-1" },
    { ...later, delayMs: 0 },
  ]);
  const got = effects.delayed.map((each) =>
    each.kind === "cancel" ? "cancel" : `${each.delayMs} ${each.target.id} ${each.cancellationToken}`,
  );
  expect(got.join() === "90061001 later t-1,0 later ", `delayed ${got.join("; ") || "nothing"}`);
}

async function cancels(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "cancel", token: "t-1" }]);
  const [only] = effects.delayed;
  expect(
    effects.delayed.length === 1 && only?.kind === "cancel" && only.cancellationToken === "t-1",
    `delayed: ${JSON.stringify(effects.delayed)}`,
  );
}

async function egresses(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([
    { op: "egress", egress: "conformance/out", value: { hello: 1 }, valueType: "conformance/greeting" },
  ]);
  const [only] = effects.egress;
  expect(
    effects.egress.length === 1 && only?.egress === "conformance/out",
    `wrote to ${effects.egress.map(({ egress }) => egress).join() || "no egress"}`,
  );
  expect(only?.value.typename === "conformance/greeting", `the record has type ${only?.value.typename}`);
  const value = JSON.stringify(JSON.parse(text.decode(only?.value.bytes)));
  expect(value === '{"hello":1}', `the record is ${value}`);
}

async function throwsOnDemand(server: ProbeServer): Promise<void> {
  const reply = await server.ask([{ op: "throw" }], { states: server.empty });
  refused(reply);
  await server.tell([{ op: "note" }]);
}

async function refusesUnknownType(server: ProbeServer): Promise<void> {
  const reply = await server.ask([{ op: "note" }], { states: server.empty, type: "conformance/nobody" });
  refused(reply);
}

async function takesOtherType(server: ProbeServer): Promise<void> {
  const value = { typename: "io.statefun.types/string", bytes: Buffer.from("0a0568656c6c6f", "hex") };
  const turn = await server.tell([value]);
  expect(notesOf(turn)[0]?.note === value.typename, `noted ${notesOf(turn)[0]?.note}`);
}

async function skipsUnknownFields(server: ProbeServer): Promise<void> {
  const { effects } = await server.tell([{ op: "increment" }], { origin: { sequence: 2 ** 50, atMs: 1_767_225_600_000 } });
  equalInt(effects, 1);
}

async function carriesBig(server: ProbeServer): Promise<void> {
  const value = "x".repeat(bigCharacters);
  const { effects } = await server.tell([{ op: "set", name: "json_value", value }]);
  const written = bytesOf(effects, "json_value");
  // The Go SDK ends its JSON with a line feed.
  expect(text.decode(written.bytes).trimEnd() === JSON.stringify(value), `came back with ${written.bytes.length} bytes`);
  await server.tell([{ op: "note" }], { states: { json_value: written } });
}

async function takesAnyId(server: ProbeServer): Promise<void> {
  for (const id of ["a/b", "käse 🧀", " ", "0".repeat(1_000)]) {
    const { effects } = await server.tell([{ op: "increment" }], { id });
    equalInt(effects, 1);
  }
}

async function answersMany(server: ProbeServer): Promise<void> {
  const turns = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      server.tell([{ op: "increment" }], { id: `many-${index}`, states: { int_value: int(index) } }),
    ),
  );
  for (const [index, { effects }] of turns.entries()) equalInt(effects, index + 1);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Throws unless the function itself refused: a server that is away or does not speak HTTP refuses nothing. */
function refused(reply: ProbeReply): void {
  if (reply.kind !== "failure") throw new Error(`answered with ${reply.kind}`);
  if (!["REPLY_STATUS", "ENDPOINT_ERROR", "REJECTED"].includes(reply.failure.code)) throw new NoAnswer(reply.failure);
}

function named(specs: readonly StateSpec[], name: string): StateSpec {
  const found = specs.find((spec) => spec.name === name);
  if (found === undefined)
    throw new Error(`state ${name} is not asked for; asked for: ${specs.map((spec) => spec.name).join(", ") || "none"}`);
  return found;
}

function bytesOf(effects: Effects, state: string): TypedValue {
  const mutation = effects.mutations.find(({ name }) => name === state);
  if (mutation?.kind !== "modify") throw new Error(`${state} is not written: ${mutation?.kind ?? "no mutation"}`);
  return mutation.value;
}

function int(value: number): TypedValue {
  const bytes = Buffer.alloc(5);
  bytes[0] = 0x0d;
  bytes.writeInt32LE(value, 1);
  return { typename: "io.statefun.types/int", bytes: value === 0 ? Buffer.alloc(0) : bytes };
}

function equalInt(effects: Effects, wanted: number): void {
  const { bytes } = bytesOf(effects, "int_value");
  expect(Buffer.from(bytes).equals(Buffer.from(int(wanted).bytes)), `int_value is 0x${Buffer.from(bytes).toString("hex")}, not ${wanted}`);
}

function notesOf({ effects }: ProbeTurn): ProbeNote[] {
  return JSON.parse(text.decode(bytesOf(effects, "notes").bytes)) as ProbeNote[];
}

function commandOf(value: TypedValue): ProbeCommand {
  return JSON.parse(text.decode(value.bytes)) as ProbeCommand;
}
