/**
 * MaskStand: a gateway with a secret in a state value, messages, an egress record, a failure, a saved message, a reproduction and a
 * savepoint. It has masks for all of it, in force once they are put, a token of each role, and the inputs of each reading operation.
 * Neighbours: mask-surfaces.test.ts, unmasking.test.ts.
 */
import { Client, credentials, Metadata, type ServiceDefinition } from "@grpc/grpc-js";
import { expect, vi } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { roles, type Role } from "../../src/contract/roles.ts";
import { adminService, ingressService } from "../../src/surfaces/grpc/service-definitions.ts";
import { canary } from "../support/canary.ts";
import { operationInputs } from "../support/operation-calls.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { moduleYaml, startFunctions } from "../support/start-gateway.ts";

const masksYaml = `kind: io.signalbox.masks.v1/mask
spec:
  functions: test/visits
  fields: [profile.email, email, text]
---
kind: io.signalbox.masks.v1/mask
spec:
  functions: test/*
  fields: [big.*.email]
`;

/** A function's answer goes to its caller unmasked; nothing was called here. */
export const reads = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]): [string, Operation][] =>
    operation.kind === "query" || operation.kind === "bytes" || operation.changesNothing === true ? [[`${noun}.${verb}`, operation]] : [],
  ),
);

/** Reads all of the tables that hold values at once, because each query has its own process. */
export const everyValue = [
  "state(type := 'test/visits')",
  "mailboxes(type := 'test/visits')",
  "egress",
  "savepoint_state('$savepoint')",
  "savepoint_message('$savepoint')",
  "savepoint_delayed_message('$savepoint')",
  "savepoint_egress_record('$savepoint')",
].map((table) => `SELECT '${table.replaceAll("'", "")}' AS of, value, bytes FROM ${table}`);

type Functions = Awaited<ReturnType<typeof startFunctions>>;

interface Planted {
  /** The savepoint's id. */
  readonly savepoint: string;
  readonly trace: number;
}

export class MaskStand implements AsyncDisposable {
  readonly people: PeopleStand;
  readonly planted: Planted;
  readonly #functions: Functions;
  readonly #tokens: ReadonlyMap<Role, string>;
  readonly #grpc: Client;

  private constructor(people: PeopleStand, planted: Planted, own: { functions: Functions; tokens: ReadonlyMap<Role, string> }) {
    this.people = people;
    this.planted = planted;
    this.#functions = own.functions;
    this.#tokens = own.tokens;
    this.#grpc = new Client(`127.0.0.1:${people.box.gateway.grpcPort}`, credentials.createInsecure());
  }

  /** Starts the stand; nothing is masked yet. */
  static async start(): Promise<MaskStand> {
    // A failing entity is parked at once. Otherwise there would be moments between two attempts when no failure of it is known.
    const people = await startPeopleStand({ limits: { attemptsMax: 1, breakerEntitiesMin: 1_000 } });
    const functions = await startFunctions();
    const tokens = new Map<Role, string>();
    for (const role of roles) tokens.set(role, (await people.token({ name: role, grants: [{ role, namespace: "*" }] })).token);
    return new MaskStand(people, await plant(people, functions), { functions, tokens });
  }

  async mask(): Promise<void> {
    await this.people.made("/v1/modules/masks", { method: "PUT", body: masksYaml });
  }

  /** The credentials of a caller with the role; undefined means nobody. */
  as(role: Role | undefined): { token?: string } {
    const token = role === undefined ? undefined : this.#tokens.get(role);
    return token === undefined ? {} : { token };
  }

  /** Calls `<service>.<method>` about what has the secret. Returns the bytes as they came, or the words of the refusal. */
  grpc(method: string, role: Role | undefined, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    const [service = "", name = ""] = method.split(".");
    const definitions: Readonly<Record<string, ServiceDefinition>> = { Ingress: ingressService, Admin: adminService };
    const { path, requestSerialize } = definitions[service]?.[name] ?? expect.unreachable();
    const target = { type: "test/visits", id: "a" };
    const request = { target, ...target, messageId: this.planted.trace, timeoutMs: 1, name: "none", yaml: "" };
    const metadata = new Metadata();
    const { token } = this.as(role);
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    for (const [header, value] of Object.entries(headers)) metadata.set(header, value);
    return new Promise((resolve) => {
      this.#grpc.makeUnaryRequest(
        path,
        requestSerialize,
        (bytes: Buffer) => bytes,
        request,
        metadata,
        (error, bytes) => resolve(bytes ?? Buffer.from(String(error?.message))),
      );
    });
  }

  /** Returns inputs with which the operation, if it shows values, shows the secret. */
  inputsOf(name: string): readonly unknown[] {
    const { savepoint, trace } = this.planted;
    const given = Object(operationInputs[name] ?? {}) as object;
    switch (name) {
      case "traces.get":
        return [{ trace }];
      case "entities.asOf":
        return [{ type: "test/visits", id: "a", atMs: Date.now() }];
      case "past.records":
        return [{ fromMs: Date.now() - 600_000, toMs: Date.now() + 1_000 }];
      case "doors.egress":
      case "doors.records":
        return [{ egress: "test/greetings" }];
      case "savepoints.file":
      case "savepoints.impact":
      case "savepoints.get":
        return [{ id: savepoint }];
      case "comparisons.types":
      case "comparisons.changed":
        return [{ from: savepoint, to: "now" }];
      case "comparisons.entity":
        return [
          { from: savepoint, to: "now", type: "test/visits", id: "a" },
          { from: savepoint, to: "now", type: "test/visits", id: "failing" },
        ];
      case "reproductions.get":
        return [{ type: "test/visits", id: "failing" }];
      case "sql.query":
        return [{ sql: everyValue.join(" UNION ALL ").replaceAll("$savepoint", savepoint) }];
      case "send.answer":
        return [{ type: "test/visits", id: "a", messageId: trace, waitMs: 0 }];
      default:
        return [given];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#grpc.close();
    await this.people[Symbol.asyncDispose]();
    await this.#functions.close();
  }
}

export const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

async function plant({ box, made }: PeopleStand, functions: Functions): Promise<Planted> {
  const { core } = box.gateway;
  const replayed = moduleYaml(functions.url).replace("  functions: test/*", "  functions: test/*\n  replay: true");
  await made("/v1/modules/test", { method: "PUT", body: replayed });
  const send = (id: string, text: string, valueType = "io.statefun.types/string") =>
    made<{ result: { data: { traceId: number } } }>("/trpc/send.message", { json: { type: "test/visits", id, valueType, text } });
  const setBig = (id: string, value: object) =>
    made("/trpc/entities.editState", { json: { type: "test/visits", id, name: "big", value: { text: JSON.stringify(value) } } });
  const pause = () => made("/trpc/entities.act", { json: { type: "test/visits", id: "a", action: "pause" } });
  const { result } = await send("a", JSON.stringify(canary));
  await core.engine.settled();
  await setBig("a", { profile: { email: canary, name: "anna" }, all: [{ email: canary }] });
  await send("failing", '"fail"');
  await core.engine.settled();
  await pause();
  await send("a", JSON.stringify({ email: canary, name: "anna" }), "test/mail");
  await send("failing", JSON.stringify({ email: canary }), "test/mail");
  await core.engine.settled();
  const saved = { name: "n", type: "test/visits", entityId: "a", valueType: "test/mail", body: JSON.stringify({ email: canary }) };
  await made("/trpc/send.save", { json: saved });
  await setBig("failing", { all: [{ email: canary }] });
  const failing = { type: "test/visits", id: "failing" };
  await made("/v1/reproductions", { json: failing });
  await vi.waitFor(() => expect(core.parts.reproductions.find(failing)?.endedMs).toBeDefined(), { timeout: 30_000 });
  const savepoint = await made<{ id: string }>("/v1/savepoints", { json: {} });
  await pause().catch(() => undefined);
  return { savepoint: savepoint.id, trace: result.data.traceId };
}
