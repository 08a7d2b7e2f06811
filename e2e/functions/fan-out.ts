/**
 * Fan-out: a function that calls many entities into being: each message names the first of them and how many, and each of these is sent one
 * number. No state, no SDK. Its targets are adders (slow-adder.ts) of the type in TARGET_TYPE.
 */
import { createServer, type IncomingMessage } from "node:http";
import { FromFunction, ToFunction } from "@signalbox/proto";
import { idOf } from "../overload/ledger.ts";
import { numberValue, valueType } from "./slow-adder-values.ts";

const [namespace = "", type = ""] = (process.env["TARGET_TYPE"] ?? "dead/adder").split("/");

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function invoke(body: Buffer): Uint8Array {
  const outgoingMessages = (ToFunction.decode(body).invocation?.invocations ?? []).flatMap(({ argument }) => {
    const [first = 0, count = 0] = Buffer.from(argument?.value ?? [])
      .toString("utf8")
      .split(" ")
      .map(Number);
    return Array.from({ length: count }, (_, index) => ({
      target: { namespace, type, id: idOf(first + index) },
      argument: { typename: valueType, hasValue: true, value: numberValue(first + index) },
    }));
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
