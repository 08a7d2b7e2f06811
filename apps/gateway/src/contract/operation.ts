/**
 * Operation: what the gateway can do, as data: its summary, who may ask, what it takes and gives, which refusals are expected, and how it
 * is reached. Neighbours: the nouns in its subfolders declare operations, contract.ts lists them; services/ serves each, surfaces/ folds
 * them into tRPC procedures, REST routes and OpenAPI.
 * Guarantee: a mutation writes one audit entry, except with the access `send` (messages come at any rate, and the journal tells of each)
 * and when it changes nothing.
 */
import { z } from "zod";
import type { Capability } from "@signalbox/runtime";
import type { ProblemCode } from "./problem.ts";

/**
 * What a principal needs: nothing (open), to be signed in (self: they ask about themselves), then the four of the roles: look, take part in
 * the traffic (send messages, take records), act on entities, change what is declared.
 */
export const accesses = ["open", "self", "read", "send", "operate", "admin"] as const;
export type Access = (typeof accesses)[number];

/**
 * What an operation touches: the whole gateway; the namespaces in which its caller has the role, and the answer shows only those
 * (services/sights.ts); or the namespace named in one of its input's fields. afterColon: the field says before a colon what it names.
 */
export type Scope = "gateway" | "namespaces" | { readonly namespaceOf: string; readonly afterColon?: true };

export const operationKinds = ["query", "mutation", "subscription", "bytes"] as const;
/** bytes: the output has a form of its own (bytes, a file, exact digits) that one surface writes; it is not JSON of the contract. */
export type OperationKind = (typeof operationKinds)[number];

export interface HttpDoor {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` is a field of the input, percent-encoded; all others come from the query (GET, DELETE) or the JSON body. */
  readonly path: string;
  /** 200 when absent; 204 has no body. */
  readonly status?: number;
  /** The answer holds the output under this name. */
  readonly under?: string;
  /** Why a route of its own serves it (surfaces/http): the bytes on the wire differ from the plain fold. */
  readonly ownRoute?: string;
  /** Fields of the input that come from the query although there is a body. */
  readonly query?: readonly string[];
  /** The body may be a file of this media type, as the route's own description says. */
  readonly file?: string;
  /** An earlier address: it keeps answering there, and OpenAPI marks it as deprecated. */
  readonly former?: Pick<HttpDoor, "path" | "under">;
}

export function formerDoor({ former, ...door }: HttpDoor): HttpDoor | undefined {
  return former && { ...door, ...former };
}

/** A tool of assistants (surfaces/mcp): it takes what the operation takes. */
export interface McpDoor {
  readonly tool: string;
  /** What an assistant has to know beside the summary: when to use the tool, what to look at in the answer. */
  readonly about?: string;
  /** The fields of the answer that are given; all when absent. */
  readonly only?: readonly string[];
}

export interface OperationSpec {
  readonly summary: string;
  readonly access: Access;
  readonly scope: Scope;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly problems: readonly ProblemCode[];
  /** The capability that the runtime must have; a runtime without it is not asked, and the answer is the reason (services/guarded.ts). */
  readonly needs?: Capability;
  /** Fields of the input that name, for the audit, what the operation acts on. */
  readonly subject?: readonly string[];
  /** Fields of the input of which the audit keeps only the size. */
  readonly large?: readonly string[];
  /** Fields of the input that the audit leaves out completely. */
  readonly secret?: readonly string[];
  /** A mutation only because of its form (its input is too long for a query, or it asks another system): it leaves no audit entry. */
  readonly changesNothing?: true;
  /** Its input comes in pieces, so the sender's right to it is checked until the last piece. */
  readonly comesInPieces?: true;
  /**
   * What may be unmasked with a reason. fields: the answer shows masked values. files: it is a file, in which nothing can be masked, so
   * that it needs a reason while masks are in force.
   */
  readonly unmasks?: "fields" | "files";
  /** It keeps answering; the text says what to use instead. */
  readonly deprecated?: string;
  /** False when it is no tRPC procedure; surfaces/doors.ts says why. */
  readonly trpc?: false;
  readonly http?: HttpDoor;
  /** `<service>.<method>` of signalbox.v1. */
  readonly grpc?: string;
  /** A list, because one operation may answer several questions. */
  readonly mcp?: readonly McpDoor[];
}

export type Operation = OperationSpec & { readonly kind: OperationKind };

export function query<const S extends OperationSpec>(spec: S): S & { readonly kind: "query" } {
  return { ...spec, kind: "query" };
}

export function mutation<const S extends OperationSpec>(spec: S): S & { readonly kind: "mutation" } {
  return { ...spec, kind: "mutation" };
}

export function subscription<const S extends OperationSpec>(spec: S): S & { readonly kind: "subscription" } {
  return { ...spec, kind: "subscription" };
}

export function bytes<const S extends OperationSpec>(spec: S): S & { readonly kind: "bytes" } {
  return { ...spec, kind: "bytes" };
}

/** The input of an operation that takes none; what is sent is ignored. */
export const nothing = z.custom<void>(() => true);
/** The answer of an operation that returns nothing. */
export const done = z.strictObject({});

export type ContractShape = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export function isAudited({ kind, access, changesNothing }: Operation): boolean {
  return kind === "mutation" && access !== "send" && changesNothing !== true;
}
