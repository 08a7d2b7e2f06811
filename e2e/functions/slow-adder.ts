/**
 * The functions of the overload tests: every type of the namespace `overload` adds up the numbers it is sent. Its state is two numbers,
 * how many messages and their sum, so that one read says whether each came exactly once. Our own codecs, no SDK: the bound that a test
 * meets must be the one it set. POST sets the bound (`messagesPerSecond`, 0: none) and whether a poison message is an error.
 */
import { createServer, type IncomingMessage } from "node:http";
import { FromFunction, MutationType, ToFunction } from "@signalbox/proto";
import { isPoison, numberOf, readTotal, totalBytes, totalState, totalType } from "./slow-adder-values.ts";

interface Waiting {
  readonly messages: number;
  readonly answer: () => void;
}

const declare = Buffer.from(
  FromFunction.encode({ incompleteInvocationContext: { missingValues: [{ stateName: totalState, typeTypename: totalType }] } }).finish(),
);
const settings = { messagesPerSecond: Number(process.env["MESSAGES_PER_SECOND"] ?? 0), poisonFails: true };
const seen = { messages: 0, calls: 0, poisonCalls: 0 };
const waiting: Waiting[] = [];
let busyUntilMs = 0;
let timer: NodeJS.Timeout | undefined;

/** One worker serves all requests: they are answered one after the other, each after the time that its messages take. */
function pump(): void {
  timer = undefined;
  const nowMs = performance.now();
  while (waiting[0] !== undefined && (settings.messagesPerSecond === 0 || busyUntilMs <= nowMs)) {
    const next = waiting.shift();
    if (settings.messagesPerSecond > 0)
      busyUntilMs = Math.max(busyUntilMs, nowMs - 20) + ((next?.messages ?? 0) * 1000) / settings.messagesPerSecond;
    next?.answer();
  }
  if (waiting.length > 0) timer = setTimeout(pump, Math.max(1, busyUntilMs - nowMs));
}

function invoke(body: Buffer): { reply: Uint8Array | undefined; messages: number } {
  const batch = ToFunction.decode(body).invocation;
  const state = batch?.state?.find((value) => value.stateName === totalState);
  if (state === undefined) return { reply: declare, messages: 0 };
  const total = readTotal(state.stateValue?.value);
  const invocations = batch?.invocations ?? [];
  seen.calls++;
  seen.messages += invocations.length;
  for (const { argument } of invocations) {
    const value = Buffer.from(argument?.value ?? []);
    if (isPoison(value) && settings.poisonFails) {
      seen.poisonCalls++;
      return { reply: undefined, messages: invocations.length };
    }
    total.messages++;
    total.sum = (total.sum + numberOf(value)) >>> 0;
  }
  const stateValue = { typename: totalType, hasValue: true, value: totalBytes(total) };
  const stateMutations = [{ mutationType: MutationType.MODIFY, stateName: totalState, stateValue }];
  return { reply: FromFunction.encode({ invocationResult: { stateMutations } }).finish(), messages: invocations.length };
}

function whole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => done(Buffer.concat(chunks)));
    request.once("error", failed);
  });
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify(seen));
    return;
  }
  whole(request).then(
    (body) => {
      if (request.url === "/settings") {
        Object.assign(settings, JSON.parse(body.toString("utf8")));
        busyUntilMs = 0;
        pump();
        response.end();
        return;
      }
      const { reply, messages } = invoke(body);
      const answer = (): void => {
        response.writeHead(reply === undefined ? 500 : 200, {
          "content-type": "application/octet-stream",
          "content-length": reply?.length ?? 0,
        });
        response.end(reply);
      };
      waiting.push({ messages, answer });
      if (timer === undefined) pump();
    },
    () => response.destroy(),
  );
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
