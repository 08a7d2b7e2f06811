/**
 * Many types: one process that serves every type of the namespaces ns0 to ns9 (ns0/type-0 …), for what a console looks like with two
 * hundred of them. Each message says how many more hops it makes; a hop goes to the next type of the namespace or to the next namespace. No
 * state, no SDK: the load is the console's and the gateway's, not this process's.
 */
import { createServer, type IncomingMessage } from "node:http";
import { FromFunction, ToFunction } from "@signalbox/proto";
import { nextHop } from "./many-types-plan.ts";

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function invoke(body: Buffer): Uint8Array {
  const batch = ToFunction.decode(body).invocation;
  const self = batch?.target;
  const outgoingMessages = (batch?.invocations ?? []).flatMap(({ argument }) => {
    const hops = Number(Buffer.from(argument?.value ?? []).toString("utf8"));
    if (!(hops > 0)) return [];
    const target = nextHop({ namespace: self?.namespace ?? "", type: self?.type ?? "", id: self?.id ?? "" }, hops);
    return [{ target, argument: { typename: argument?.typename ?? "", hasValue: true, value: Buffer.from(String(hops - 1)) } }];
  });
  return FromFunction.encode({ invocationResult: { outgoingMessages } }).finish();
}

createServer((request, response) => {
  whole(request)
    .then((body) => response.writeHead(200, { "content-type": "application/octet-stream" }).end(invoke(body)))
    .catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
}).listen(Number(process.env["PORT"]), "127.0.0.1");
