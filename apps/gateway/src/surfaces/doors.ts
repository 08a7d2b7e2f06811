/**
 * Doors: which surface offers which operation, from the contract, and why one does not. doors.test.ts requires a reason for each gap and
 * calls each door. Messages come by the fast path (contract/ingestion.ts): they are in the list, but not behind the guard.
 */
import { contract } from "../contract/contract.ts";
import { ingestion } from "../contract/ingestion.ts";
import type { Operation } from "../contract/operation.ts";
import { grpcGaps } from "./grpc-gaps.ts";
import { mcpGaps, mcpGapsOfNouns } from "./mcp-gaps.ts";

export const surfaces = ["trpc", "http", "grpc", "mcp"] as const;
export type Surface = (typeof surfaces)[number];

export interface DoorRow {
  /** `<noun>.<verb>` */
  readonly operation: string;
  /** How it is reached: a procedure, method and path, service and method, names of tools. */
  readonly doors: Readonly<Partial<Record<Surface, string>>>;
}

export function doorRows(): DoorRow[] {
  const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]: [string, Operation]) => rowOf(`${noun}.${verb}`, operation, operation.trpc !== false)),
  );
  return [...operations, ...Object.entries(ingestion).map(([name, way]) => rowOf(name, way, false))];
}

function rowOf(operation: string, { http, grpc, mcp }: Pick<Operation, "http" | "grpc" | "mcp">, trpc: boolean): DoorRow {
  return {
    operation,
    doors: {
      ...(trpc ? { trpc: operation } : {}),
      ...(http === undefined ? {} : { http: `${http.method} ${http.path}` }),
      ...(grpc === undefined ? {} : { grpc }),
      ...(mcp === undefined ? {} : { mcp: mcp.map(({ tool }) => tool).join(", ") }),
    },
  };
}

const pageState = "the state of a page of the console, which reads it over tRPC";
const dialog = "a step of a dialog of the console; programs do the same with the calls that the dialog ends in";
const bytes = "tRPC carries JSON, and this gives bytes";
const cookie = "the answer sets a cookie, which the console asks of HTTP";
const otherForm = "the console reads the same with more in it";

const gaps: Readonly<Record<string, Partial<Record<Exclude<Surface, "grpc" | "mcp">, string>>>> = {
  "live.stream": { http: "the frames are made for the console (decision 34); programs read /v1/flow, /v1/summary and /metrics" },
  "overview.pulse": { trpc: "the old name of overview.summary" },
  "overview.timeline": { http: pageState },
  "flow.past": { http: pageState },
  "functions.types": { http: "/v1/functions gives the counts, /metrics the rates" },
  "functions.counts": { trpc: otherForm },
  "functions.register": { http: "PUT /v1/modules/{name} says what the module holds and how it is named" },
  "doors.egress": { http: "GET /v1/egresses/{namespace}/{name} gives the records with their bytes" },
  "doors.seekPlan": { http: dialog },
  "doors.egresses": { trpc: "the graph and the modules' page list them" },
  "doors.records": { trpc: bytes },
  "doors.acknowledge": { trpc: "what a person looks at is not taken from the program that fetches it" },
  "entities.types": { http: "/v1/functions lists them" },
  "entities.get": { http: "GET /v1/entities/{type}/{id} is entities.read" },
  "entities.read": { trpc: bytes },
  "entities.export": { trpc: bytes },
  "entities.actAll": { http: "one entity at a time over HTTP until an action on many has a dry run" },
  "entities.editHead": { http: dialog },
  "savepoints.points": { http: "GET /v1/savepoints lists them" },
  "savepoints.get": { trpc: "the list has each whole" },
  "savepoints.file": { trpc: bytes },
  "savepoints.upload": {
    trpc: "tRPC carries JSON, and this takes bytes",
    http: "the door of savepoints.take: POST /v1/savepoints with a file as its body",
  },
  "savepoints.restoring": { http: pageState },
  "backups.file": { trpc: bytes },
  "bootstrap.upload": { trpc: "tRPC carries JSON, and this takes bytes" },
  "send.message": { http: "POST /v1/messages/{namespace}/{name}/{id}" },
  "send.ask": { http: "POST /v1/calls/… is calls.call" },
  "send.answer": { http: "GET /v1/calls/… is calls.answer" },
  "descriptors.shape": { http: pageState },
  "send.many": { http: "a program counts by itself" },
  "send.saved": { http: pageState },
  "send.save": { http: pageState },
  "send.forget": { http: pageState },
  "calls.call": { trpc: "the console follows the trace of what it sends" },
  "calls.answers": { trpc: "the console follows the trace of what it sends" },
  "calls.answer": { trpc: "the console follows the trace of what it sends" },
  "demo.status": { http: pageState },
  "demo.start": { http: pageState },
  "demo.stop": { http: pageState },
  "audit.export": { trpc: bytes },
  "people.signIn": { trpc: cookie },
  "people.leaveForProvider": { trpc: cookie },
  "people.signInByProvider": { trpc: cookie },
  "people.signOut": { trpc: cookie },
  "people.setUp": { trpc: cookie },
  "messages.accept": { trpc: "send.message sends one as a person writes it" },
  "messages.publish": { trpc: "a browser streams no messages", http: "one request a message: a stream wants gRPC" },
};

/** Why a surface does not offer an operation. Undefined when it does, or when no reason is listed. */
export function gapOf(operation: string, surface: Surface): string | undefined {
  if (surface === "grpc") return grpcGaps[operation];
  if (surface === "mcp") return mcpGaps[operation] ?? mcpGapsOfNouns[operation.split(".", 1)[0] ?? ""];
  return gaps[operation]?.[surface];
}

/** Operations for which a reason is given. */
export const explained: readonly string[] = [...Object.keys(gaps), ...Object.keys(grpcGaps), ...Object.keys(mcpGaps)];
