/**
 * secrets: texts that modules name as ${secret.NAME} and that nobody is shown. They are sealed in the catalog with the operator's key.
 */
import { z } from "zod";
import { utf8Text } from "../shapes/address.ts";
import { done, mutation, nothing, query } from "../operation.ts";

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "a letter, then letters, digits, hyphens and underscores, at most 64");
/** In UTF-8 this is at most four times as many bytes. */
const characters = 65_536;

const secretRow = z.strictObject({
  name: z.string(),
  by: z.string(),
  changedMs: z.number(),
  /** True when it is sealed with a key that this gateway does not have. */
  locked: z.boolean(),
  /** Modules whose newest text names it. */
  modules: z.array(z.string()),
});
export type SecretRow = z.output<typeof secretRow>;

export const secrets = {
  list: query({
    summary: "Secrets by name, who set them last, and the modules that name them; never what they hold",
    access: "admin",
    scope: "gateway",
    input: nothing,
    output: z.strictObject({ secrets: z.array(secretRow), hasKey: z.boolean() }),
    problems: [],
    http: { method: "GET", path: "/v1/secrets" },
  }),
  put: mutation({
    summary: "Set a secret; modules in force that name it take the new text at once",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    secret: ["value"],
    input: z.object({ name, value: utf8Text.min(1).max(characters) }),
    output: secretRow,
    problems: ["SECRETS_LOCKED", "TOO_MANY_SECRETS", "INVALID_MODULE"],
    http: { method: "PUT", path: "/v1/secrets/{name}" },
  }),
  remove: mutation({
    summary: "Remove a secret that no module names",
    access: "admin",
    scope: "gateway",
    subject: ["name"],
    input: z.object({ name }),
    output: done,
    problems: ["UNKNOWN_SECRET", "SECRET_IN_USE"],
    http: { method: "DELETE", path: "/v1/secrets/{name}" },
  }),
} as const;
