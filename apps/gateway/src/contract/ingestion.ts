/**
 * Ingestion: the ways of messages, which come at any rate. They are declared here so that OpenAPI and the list of doors have them, and
 * served by the fast path (surfaces/http/fast-path-server.ts and messages.ts, surfaces/grpc/ingress-service.ts), not through the guard of
 * the operations: each message is parsed and admitted there, and none is audited one by one, because the journal tells of each.
 */
import type { HttpDoor } from "./operation.ts";
import type { ProblemCode } from "./problem.ts";

export interface Ingestion {
  readonly summary: string;
  readonly access: "send";
  readonly problems: readonly ProblemCode[];
  readonly http?: HttpDoor;
  readonly grpc?: string;
}

const problems = [
  "UNKNOWN_FUNCTION_TYPE",
  "INVALID_VALUE",
  "INVALID_ADDRESS",
  "MESSAGE_TOO_LARGE",
  "OVERLOADED",
  "ENGINE_RESTORING",
] as const;
const fastPath = "the fast path: read and answered before node:http";

export const ingestion: Readonly<Record<string, Ingestion>> = {
  "messages.accept": {
    summary: "Take one message; answered once it is durable",
    access: "send",
    problems: [...problems, "IDEMPOTENCY_KEY_REUSED"],
    http: { method: "POST", path: "/v1/messages/{namespace}/{name}/{id}", status: 202, ownRoute: fastPath },
    grpc: "Ingress.Send",
  },
  "messages.publish": {
    summary: "Take a stream of messages of a producer, in order; acknowledged once they are durable",
    access: "send",
    problems: [...problems, "SEQUENCE_GAP"],
    grpc: "Ingress.Publish",
  },
};
