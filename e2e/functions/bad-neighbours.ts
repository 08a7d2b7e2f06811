/**
 * A function service with bad neighbours: entities whose id begins with `throws` get a 500 each time, one that begins with `kills` ends the
 * process; all others count their messages. A supervisor in the same file starts the process again when it ends, and takes it along when it
 * ends itself.
 */
import { fork } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import { FromFunction, MutationType, ToFunction } from "@signalbox/proto";

const stateName = "count";
const stateType = "neighbours/count";
const restartMs = 200;

if (process.send === undefined) supervise();
else serve();

function supervise(): void {
  fork(import.meta.filename).once("exit", () => setTimeout(supervise, restartMs));
}

function serve(): void {
  process.once("disconnect", () => process.exit(0));
  createServer((request, response) => {
    whole(request).then(
      (body) => {
        const reply = invoke(body);
        response.writeHead(reply === undefined ? 500 : 200, { "content-type": "application/octet-stream" });
        response.end(reply);
      },
      () => response.destroy(),
    );
  }).listen(Number(process.env["PORT"]), "127.0.0.1");
}

function invoke(body: Buffer): Uint8Array | undefined {
  const batch = ToFunction.decode(body).invocation;
  const state = batch?.state?.find((value) => value.stateName === stateName);
  if (state === undefined) {
    const missingValues = [{ stateName, typeTypename: stateType }];
    return FromFunction.encode({ incompleteInvocationContext: { missingValues } }).finish();
  }
  const id = batch?.target?.id ?? "";
  if (id.startsWith("kills")) process.exit(1);
  if (id.startsWith("throws")) return undefined;
  const before = Buffer.from(state.stateValue?.value ?? []);
  const count = Buffer.alloc(4);
  count.writeUInt32LE((before.length === 4 ? before.readUInt32LE(0) : 0) + (batch?.invocations?.length ?? 0), 0);
  const stateValue = { typename: stateType, hasValue: true, value: count };
  const stateMutations = [{ mutationType: MutationType.MODIFY, stateName, stateValue }];
  return FromFunction.encode({ invocationResult: { stateMutations } }).finish();
}

function whole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => done(Buffer.concat(chunks)));
    request.once("error", failed);
  });
}
