/** RelayProcess: serves the relay of NAMESPACE over PROTOCOL (http or grpc), on the socket or the port that it is told. */
import { listenGrpc } from "@signalbox/functions/grpc";
import { serve } from "@signalbox/functions/node";
import { relay } from "./relay.ts";

const entities = [relay(process.env["NAMESPACE"] ?? "relay")];
const socketPath = process.env["SIGNALBOX_FUNCTION_SOCKET"];
const port = Number(process.env["PORT"]);
if (process.env["PROTOCOL"] === "grpc") await listenGrpc(entities, { port });
else await serve(entities, socketPath === undefined ? { port } : { socketPath });
