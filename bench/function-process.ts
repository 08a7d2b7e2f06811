/**
 * The benchmark's functions (workload.ts): bench/counter adds, bench/first adds and sends the message on to bench/counter. Plain node:http
 * and our own codecs, no SDK, no promise per request, so that the numbers speak of the gateway. GET answers how many messages were seen.
 * With NOTIFY_PORT every message that bench/counter has handled is one byte on a connection to there: the load generator's clock then
 * measures from end to end; bench/teller adds, sends its message out to bench/out and tells the number in it on a connection to TELL_PORT.
 * With FRAMES it takes several requests in one (docs/write-an-sdk.md).
 */
import { createServer, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { FromFunction, MutationType, ToFunction } from "@signalbox/proto";
import { add, incrementOf, numberOf, stateName, valueBytes, valueType } from "./workload.ts";

const declare = Buffer.from(
  FromFunction.encode({ incompleteInvocationContext: { missingValues: [{ stateName, typeTypename: valueType }] } }).finish(),
);
/** The reply of bench/counter is always as long and differs only in the value: one encoding, then copies. */
const addedValue = Buffer.alloc(valueBytes, 0xa5);
const added = Buffer.from(FromFunction.encode({ invocationResult: { stateMutations: [mutation(addedValue)] } }).finish());
const addedValueAt = added.indexOf(addedValue);
const headers = ["content-type", "application/octet-stream", "content-length", ""];
const notified = notifyTo(process.env["NOTIFY_PORT"]);
const toldNumbers = notifyTo(process.env["TELL_PORT"]);
let messages = 0;
let untold = 0;

function mutation(value: Uint8Array) {
  return { mutationType: MutationType.MODIFY, stateName, stateValue: { typename: valueType, hasValue: true, value } };
}

function notifyTo(port: string | undefined): Socket | undefined {
  if (port === undefined || port === "") return undefined;
  const socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
  // The load generator may end first.
  socket.on("error", () => socket.destroy());
  return socket;
}

/** Answers to the callers of calls (decision 51): each gets back what it sent. */
function answersTo(invocations: NonNullable<ReturnType<typeof ToFunction.decode>["invocation"]>["invocations"]) {
  return (invocations ?? []).flatMap(({ caller, argument }) =>
    caller?.namespace === "io.signalbox.calls" ? [{ target: caller, argument: argument ?? null }] : [],
  );
}

function numbersOf(invocations: readonly { readonly argument?: { readonly value?: Uint8Array | null } | null }[]): Buffer {
  const numbers = Buffer.alloc(invocations.length * 4);
  for (const [index, { argument }] of invocations.entries()) numbers.writeUInt32LE(numberOf(argument?.value), index * 4);
  return numbers;
}

/** Returns the reply, and how many messages end with it, or the numbers of those. */
function invoke(body: Buffer): { reply: Uint8Array; ended: number; numbers?: Buffer } {
  const batch = ToFunction.decode(body).invocation;
  const state = batch?.state?.[0];
  if (batch === null || batch === undefined || state?.stateName !== stateName) return { reply: declare, ended: 0 };
  const invocations = batch.invocations ?? [];
  let increments = 0;
  for (const { argument } of invocations) increments += incrementOf(argument?.value);
  const value = add(state.stateValue?.value ?? undefined, increments);
  messages += invocations.length;
  const id = batch.target?.id ?? "";
  const answers = answersTo(invocations);
  if (answers.length > 0) {
    const reply = FromFunction.encode({ invocationResult: { stateMutations: [mutation(value)], outgoingMessages: answers } }).finish();
    return { reply, ended: invocations.length };
  }
  if (batch.target?.type === "teller") {
    const outgoingEgresses = invocations.map(({ argument }) => ({
      egressNamespace: "bench",
      egressType: "out",
      argument: argument ?? null,
    }));
    const reply = FromFunction.encode({ invocationResult: { stateMutations: [mutation(value)], outgoingEgresses } }).finish();
    return { reply, ended: 0, numbers: numbersOf(invocations) };
  }
  if (batch.target?.type !== "first") {
    const reply = Buffer.from(added);
    value.copy(reply, addedValueAt);
    return { reply, ended: invocations.length };
  }
  const target = { namespace: "bench", type: "counter", id };
  const outgoingMessages = invocations.map(({ argument }) => ({ target, argument: argument ?? null }));
  return { reply: FromFunction.encode({ invocationResult: { stateMutations: [mutation(value)], outgoingMessages } }).finish(), ended: 0 };
}

const frameType = "application/vnd.signalbox.frames";
const takesFrames = process.env["FRAMES"] === "1";
if (takesFrames) headers.push("x-signalbox-frames", "8");

function answerFrame(response: ServerResponse, body: Buffer): void {
  const parts: Uint8Array[] = [];
  let at = 1;
  let handled = 0;
  const length = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = body[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  for (let index = 0; at < body.length; index++) {
    const bytes = length();
    const { reply, ended } = invoke(body.subarray(at, at + bytes));
    at += bytes;
    handled += ended;
    // The head of one answer: index, status 200, no header lines, length.
    const head = [index, 0xc8, 0x01, 0];
    let rest = reply.length;
    for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
    parts.push(Uint8Array.from([...head, rest]), reply);
  }
  const whole = Buffer.concat(parts);
  response.writeHead(200, ["content-type", frameType, "content-length", String(whole.length)]);
  response.end(whole);
  if (handled > 0 && notified !== undefined) tell(notified, handled);
}

function answer(response: ServerResponse, body: Buffer): void {
  const { reply, ended, numbers } = invoke(body);
  headers[3] = String(reply.length);
  response.writeHead(200, headers);
  response.end(reply);
  if (numbers !== undefined) toldNumbers?.write(numbers);
  if (ended > 0 && notified !== undefined) tell(notified, ended);
}

/**
 * Messages that end in one turn of the event loop are reported together: with many in flight, a write for each would change what is
 * measured.
 */
function tell(socket: Socket, ended: number): void {
  if (untold === 0) {
    setImmediate(() => {
      socket.write(Buffer.alloc(untold));
      untold = 0;
    });
  }
  untold += ended;
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify({ messages }));
    return;
  }
  let body: Buffer | undefined;
  request.on("data", (chunk: Buffer) => {
    body = body === undefined ? chunk : Buffer.concat([body, chunk]);
  });
  const isFrame = takesFrames && request.headers["content-type"] === frameType;
  request.on("end", () => (isFrame ? answerFrame : answer)(response, body ?? Buffer.alloc(0)));
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
