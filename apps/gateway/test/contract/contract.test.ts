/** The contract: what each operation must say of itself. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contract } from "../../src/contract/contract.ts";
import { isAudited, nothing, type Operation } from "../../src/contract/operation.ts";

const operations: [string, Operation][] = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, operation]: [string, Operation]): [string, Operation] => [`${noun}.${verb}`, operation]),
);

/** Returns the fields of the input, of every form that it may have. */
function fieldsOf(operation: Operation): string[] {
  if (operation.input === nothing) return [];
  const schema = z.toJSONSchema(operation.input, { io: "input", unrepresentable: "any" });
  const forms = [schema, ...(schema.anyOf ?? [])];
  return forms.flatMap((form) => (typeof form === "object" ? Object.keys(form.properties ?? {}) : []));
}

describe.each(operations)("%s", (_name, operation) => {
  test("names only fields that its input has", () => {
    const named = [
      ...(typeof operation.scope === "string" ? [] : [operation.scope.namespaceOf]),
      ...(operation.subject ?? []),
      ...(operation.large ?? []),
      ...(operation.secret ?? []),
    ];
    expect(named.filter((field) => !fieldsOf(operation).includes(field))).toEqual([]);
  });

  test("has a path whose fields the input has", () => {
    const inPath = [...(operation.http?.path ?? "").matchAll(/\{(\w+)\}/g)].map(([, field]) => field ?? "");
    const own = operation.http?.ownRoute !== undefined;
    expect(inPath.filter((field) => !own && !fieldsOf(operation).includes(field))).toEqual([]);
  });

  test("looks with the access to look, and changes with more", () => {
    expect(operation.summary).not.toBe("");
    if (isAudited(operation)) expect(["open", "self", "operate", "admin"]).toContain(operation.access);
    if (operation.kind === "mutation" && operation.access === "read") expect(operation.changesNothing).toBe(true);
  });
});

test("reading has no audit, a change has one, and messages are not paid for twice", () => {
  const audited = operations.filter(([, operation]) => isAudited(operation)).map(([name]) => name);
  expect(audited.toSorted()).toEqual([
    "alerts.put",
    "alerts.remove",
    "alerts.test",
    "backups.remove",
    "backups.take",
    "bootstrap.remove",
    "bootstrap.run",
    "bootstrap.upload",
    "breakpoints.release",
    "breakpoints.set",
    "breakpoints.step",
    "demo.start",
    "demo.stop",
    "descriptors.remove",
    "descriptors.upload",
    "doors.retry",
    "doors.seek",
    "doors.start",
    "doors.stop",
    "entities.act",
    "entities.actAll",
    "entities.actOnMatching",
    "entities.editHead",
    "entities.editState",
    "erasures.erase",
    "failures.act",
    "failures.cancelAct",
    "failures.mark",
    "functions.register",
    "invariants.cancelCheck",
    "invariants.checkBack",
    "invariants.preview",
    "invariants.put",
    "invariants.remove",
    "modules.put",
    "modules.remove",
    "modules.rollback",
    "moves.cancel",
    "moves.toEmbedded",
    "moves.toFlink",
    "pauses.resume",
    "pauses.set",
    "people.change",
    "people.changePassword",
    "people.invite",
    "people.resetPassword",
    "people.setUp",
    "people.signIn",
    "people.signInByProvider",
    "people.signOut",
    "reproductions.cancel",
    "reproductions.start",
    "runtime.rescale",
    "savedFilters.forget",
    "savedFilters.save",
    "savepoints.remove",
    "savepoints.restore",
    "savepoints.take",
    "savepoints.upload",
    "schedules.act",
    "secrets.put",
    "secrets.remove",
    "send.forget",
    "send.save",
    "sessions.end",
    "tokens.create",
    "tokens.revoke",
  ]);
});
