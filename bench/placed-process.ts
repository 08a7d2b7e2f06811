/**
 * Serves placed-counter.ts as WIRE says: http (a port, and the socket that it is given), grpc, or grpc-unary, which has no stream.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { createDispatcher, type Dispatcher } from "@signalbox/functions";
import { listenGrpc } from "@signalbox/functions/grpc";
import { serve } from "@signalbox/functions/node";
import { counter } from "./placed-counter.ts";

const port = Number(process.env["PORT"]);
/** Set when the gateway starts the process. */
const ownSocket = process.env["SIGNALBOX_FUNCTION_SOCKET"];
/** A socket beside the port. */
const socketPath = process.env["SOCKET"];

switch (process.env["WIRE"]) {
  case "grpc":
    await listenGrpc([counter], { port });
    break;
  case "grpc-unary":
    await serveUnary();
    break;
  default:
    if (socketPath !== undefined) await serve([counter], { socketPath });
    await serve([counter], ownSocket === undefined ? { port } : { socketPath: ownSocket });
}

type Answered = (error: Error | null, reply?: Buffer) => void;

async function answer(dispatch: Dispatcher["dispatch"], request: Buffer, done: Answered): Promise<void> {
  const outcome = await dispatch(request);
  if (outcome.kind === "reply") done(null, Buffer.from(outcome.bytes));
  else done(new Error(outcome.reason));
}

async function serveUnary(): Promise<void> {
  const { dispatch } = createDispatcher([counter]);
  const same = (message: Buffer): Buffer => message;
  const codecs = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
  const server = new Server();
  server.addService(
    { Invoke: { ...codecs, path: "/signalbox.v1.Function/Invoke", requestStream: false, responseStream: false } },
    {
      Invoke: ({ request }: { request: Buffer }, done: Answered) => void answer(dispatch, request, done),
    },
  );
  await new Promise<void>((listening, failed) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => (error === null ? listening() : failed(error)));
  });
}
