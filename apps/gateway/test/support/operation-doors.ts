/**
 * doorsOf: the requests by which an operation is asked with an input, one for each surface: tRPC, HTTP, and the tools of assistants.
 * Neighbours:
 * operation-calls.ts has inputs, people-stand.ts asks.
 */
import type { Operation } from "../../src/contract/operation.ts";
import { bodyFor, urlOf } from "./operation-calls.ts";
import type { Asked } from "./people-stand.ts";

export interface OperationDoor {
  /** `trpc`, `http`, `mcp <tool>`. */
  readonly door: string;
  readonly path: string;
  readonly options: Asked;
}

const json = { "content-type": "application/json" };

export function doorsOf(name: string, operation: Operation, input: unknown): OperationDoor[] {
  return [...trpcDoor(name, operation, input), ...httpDoor(name, operation, input), ...mcpDoors(operation, input)];
}

function trpcDoor(name: string, { trpc, kind }: Operation, input: unknown): OperationDoor[] {
  if (trpc === false) return [];
  const body = JSON.stringify(input);
  return kind === "mutation"
    ? [{ door: "trpc", path: `/trpc/${name}`, options: { body, headers: json } }]
    : [{ door: "trpc", path: `/trpc/${name}?input=${encodeURIComponent(body)}`, options: {} }];
}

function httpDoor(name: string, { http }: Operation, input: unknown): OperationDoor[] {
  if (http === undefined) return [];
  return [{ door: "http", path: urlOf(http, input), options: { method: http.method, ...bodyFor(name, http, input) } }];
}

function mcpDoors({ mcp = [] }: Operation, input: unknown): OperationDoor[] {
  const headers = { ...json, accept: "application/json, text/event-stream" };
  return mcp.map(({ tool }) => ({
    door: `mcp ${tool}`,
    path: "/mcp",
    options: { json: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: input } }, headers },
  }));
}
