/**
 * The benchmark's functions: bench/counter keeps the last 32-byte value; bench/first does the same and sends on to bench/counter.
 * Plain node:http and our own codecs, no SDK, so that the numbers speak of the gateway. GET answers how many messages were seen.
 */
import { createServer, type IncomingMessage } from "node:http";
import { FromFunction, MutationType, ToFunction } from "@signalbox/proto";

const stateName = "last_value";
const valueType = "bench/value";
const declare = Buffer.from(
  FromFunction.encode({ incompleteInvocationContext: { missingValues: [{ stateName, typeTypename: valueType }] } }).finish(),
);
let messages = 0;

function invoke(body: Buffer): Uint8Array {
  const batch = ToFunction.decode(body).invocation;
  if (!batch?.state?.some((value) => value.stateName === stateName)) return declare;
  const invocations = batch.invocations ?? [];
  messages += invocations.length;
  const last = invocations.at(-1)?.argument ?? null;
  const target = { namespace: "bench", type: "counter", id: batch.target?.id ?? "" };
  const outgoingMessages =
    batch.target?.type === "first" ? invocations.map(({ argument }) => ({ target, argument: argument ?? null })) : [];
  const stateMutations = [{ mutationType: MutationType.MODIFY, stateName, stateValue: last }];
  return FromFunction.encode({ invocationResult: { stateMutations, outgoingMessages } }).finish();
}

function whole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    request.once("error", failed);
  });
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    response.end(JSON.stringify({ messages }));
    return;
  }
  whole(request).then(
    (body) => {
      const reply = invoke(body);
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": reply.length });
      response.end(reply);
    },
    () => response.destroy(),
  );
});
server.listen(Number(process.env["PORT"]), "127.0.0.1");
