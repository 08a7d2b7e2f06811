/**
 * modules: what is declared, its preview against what runs, putting one in force (tRPC reserves the word apply), history, rollback.
 */
import { z } from "zod";
import { utf8Text } from "../shapes/address.ts";
import { moduleIssue } from "./module-issue.ts";
import { done, mutation, nothing, query } from "../operation.ts";
import { doors, principalKinds } from "../principal.ts";

const yamlCharactersMax = 1024 * 1024;

const moduleName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "a module name has 1 to 64 of a-z 0-9 . _ - and starts with a letter or digit");
const named = z.object({ name: moduleName });
const written = z.object({ name: moduleName, yaml: utf8Text.max(yamlCharactersMax) });

/** The revision in force on which a change is based; 0 when there is none. */
const revisionExpected = z.number().int().min(0);

export const moduleRow = z.strictObject({
  name: z.string(),
  revision: z.number(),
  appliedMs: z.number(),
  endpoints: z.number(),
  ingresses: z.number(),
  egresses: z.number(),
  warnings: z.number(),
});
export type ModuleRow = z.output<typeof moduleRow>;

const moduleDetail = z.strictObject({
  name: z.string(),
  yaml: z.string(),
  revision: z.number(),
  /** The revisions, newest first. */
  revisions: z.array(
    z.strictObject({
      revision: z.number(),
      appliedMs: z.number(),
      yaml: z.string(),
      /** Who put it in force, and by which door; null for revisions that are older than this field. */
      by: z.strictObject({ kind: z.enum(principalKinds), name: z.string(), door: z.enum(doors) }).nullable(),
    }),
  ),
});
export type ModuleDetail = z.output<typeof moduleDetail>;

export const moduleChange = z.strictObject({
  kind: z.enum(["endpoint", "ingress", "egress", "limit", "mask"]),
  id: z.string(),
  change: z.enum(["added", "removed", "changed"]),
  detail: z.string(),
});
export type ModuleChange = z.output<typeof moduleChange>;

const modulePreview = z.strictObject({ valid: z.boolean(), issues: z.array(moduleIssue), changes: z.array(moduleChange) });
export type ModulePreview = z.output<typeof modulePreview>;

const appliedModule = z.strictObject({
  revision: z.number(),
  changes: z.array(moduleChange),
  /** Only warnings, because errors are refused with INVALID_MODULE. */
  issues: z.array(moduleIssue),
});
export type AppliedModule = z.output<typeof appliedModule>;

const applyProblems = ["INVALID_MODULE", "COMPUTE_BUSY", "COMPUTE_TOO_LONG"] as const;

export const modules = {
  list: query({
    summary: "Modules in force",
    access: "read",
    scope: "gateway",
    input: nothing,
    output: z.array(moduleRow),
    problems: [],
    http: { method: "GET", path: "/v1/modules", under: "modules" },
    grpc: "Admin.ListModules",
    mcp: [{ tool: "modules", about: "What is declared: endpoints, ingresses, egresses, limits." }],
  }),
  get: query({
    summary: "A module with its revisions",
    access: "read",
    scope: "gateway",
    input: named,
    output: moduleDetail,
    problems: ["UNKNOWN_MODULE"],
    http: { method: "GET", path: "/v1/modules/{name}" },
    mcp: [{ tool: "module" }],
  }),
  preview: mutation({
    summary: "What a module would change; nothing is applied",
    access: "read",
    scope: "gateway",
    changesNothing: true,
    input: written,
    output: modulePreview,
    problems: applyProblems,
    http: { method: "POST", path: "/v1/modules/{name}/preview" },
  }),
  put: mutation({
    summary: "Put a module in force, whole or not at all; the same text again is the same revision",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    large: ["yaml"],
    input: written.extend({ ifRevision: revisionExpected.optional() }),
    output: appliedModule,
    problems: ["MODULE_MOVED", ...applyProblems],
    http: {
      method: "PUT",
      path: "/v1/modules/{name}",
      query: ["ifRevision"],
      ownRoute: "the body is the module's YAML, not JSON; If-Match says the same as ifRevision",
    },
    grpc: "Admin.ApplyModule",
  }),
  remove: mutation({
    summary: "Take a module out of force; its revisions stay",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: named.extend({ ifRevision: revisionExpected.optional() }),
    output: done,
    problems: ["UNKNOWN_MODULE", "MODULE_MOVED"],
    http: { method: "DELETE", path: "/v1/modules/{name}", status: 204 },
  }),
  rollback: mutation({
    summary: "Put the text of a former revision in force, as a new revision",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    /** `revision` is the one whose text is put in force, `ifRevision` the one that has to be in force until then. */
    input: z.object({ name: moduleName, revision: z.number().int().min(1), ifRevision: revisionExpected.optional() }),
    output: z.strictObject({ revision: z.number() }),
    problems: ["UNKNOWN_REVISION", "MODULE_MOVED", ...applyProblems],
    http: { method: "POST", path: "/v1/modules/{name}/rollback" },
  }),
  schema: query({
    summary: "The JSON Schema of modules",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.unknown(),
    problems: [],
    http: { method: "GET", path: "/v1/module-schema" },
  }),
} as const;
