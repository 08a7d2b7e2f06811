/**
 * The gRPC server over a small engine double: mapping of calls and refusals, and the promises of a Publish stream.
 */
import { status, type ServiceError } from "@grpc/grpc-js";
import { EngineError, engineErrorCodes } from "@signalbox/runtime";
import { toBigInt } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { adminService, ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { grpcRefusal } from "../src/surfaces/grpc/grpc-status.ts";
import { call, frame, publish, row, start } from "./grpc-harness.ts";

describe("refusals", () => {
  test.each(engineErrorCodes)("%s has a status of its own kind, its code and its cure", (code) => {
    const refusal = grpcRefusal(new EngineError(code, "what – where", "do this", 9), "x");
    expect(refusal.code).not.toBe(status.OK);
    expect(refusal.code).not.toBe(status.UNKNOWN);
    expect(refusal.metadata.getMap()).toMatchObject({ "signalbox-code": code, "signalbox-cure": "do this", "retry-after-ms": "9" });
    expect(refusal.details).toBe("what – where do this");
  });

  test("while a savepoint is being restored a client is told to come again, not that its message is wrong", () => {
    const refusal = grpcRefusal(
      new EngineError("ENGINE_RESTORING", "a savepoint is being restored", "Send again in a moment.", 1_000),
      "x",
    );
    expect(refusal.code).toBe(status.UNAVAILABLE);
    expect(refusal.metadata.getMap()).toMatchObject({ "retry-after-ms": "1000" });
  });

  test.each([
    ["a name of 5 MB", "x".repeat(5_000_000), "x".repeat(100_000)],
    ["30 000 letters that take six bytes each", "é".repeat(30_000), "é".repeat(30_000)],
    ["signs beyond the first plane", "😀".repeat(30_000), "x😀".repeat(30_000)],
    ["half a surrogate pair", "\ud800", "\udc00"],
  ])("%s in a text leaves headers that every client accepts", (_what, detail, cure) => {
    const { details, metadata } = grpcRefusal(new EngineError("UNKNOWN_ENTITY", detail, cure), "x");
    expect(encodeURI(details).length).toBeLessThan(3_200);
    expect(String(metadata.get("signalbox-cure")).length).toBeLessThanOrEqual(1_024);
    expect(metadata.get("signalbox-code")).toEqual(["UNKNOWN_ENTITY"]);
  });

  test.each(["é".repeat(30_000), "x".repeat(5_000_000), "\ud800"])(
    "a refusal that quotes a long or broken name arrives, and the connection goes on",
    async (name) => {
      const { client, engine } = await start();
      engine.accept = () => Promise.reject(new EngineError("UNKNOWN_FUNCTION_TYPE", `There is no ${name}.`, `Register ${name}.`));
      await expect(call(client, ingressService.Send, { type: "shop/cart" })).rejects.toMatchObject({ code: status.NOT_FOUND });
      expect((await call(client, adminService.Health, {})).health).toBe("store-failed");
    },
  );

  test("an unexpected error is INTERNAL and keeps its text inside", () => {
    const refusal = grpcRefusal(new Error("secret"), "x");
    expect(refusal.code).toBe(status.INTERNAL);
    expect(refusal.details).not.toContain("secret");
  });
});

describe("Send", () => {
  test("hands the message over and answers with exact ids", async () => {
    const { client, engine } = await start();
    const reply = await call(client, ingressService.Send, {
      type: "shop/cart",
      id: "é",
      value: Buffer.from("\n\u0001x"),
      idempotencyKey: "k",
    });
    expect([toBigInt(reply.messageId), toBigInt(reply.traceId), reply.repeatedMessage]).toEqual([2n ** 53n - 1n, 7n, true]);
    expect(engine.accepted).toEqual([
      {
        target: { type: "shop/cart", id: "é" },
        value: { typename: "io.statefun.types/string", bytes: expect.anything() },
        idempotencyKey: "k",
      },
    ]);
    expect(Buffer.from(engine.accepted[0]?.value.bytes ?? []).toString()).toBe("\n\u0001x");
  });

  test.each([
    ["Send of raw text as a string", "io.statefun.types/string", "raw text"],
    ["Send of half a character", "io.statefun.types/string", "\n\u0001\u00c3"],
    ["Send of three bytes as an int", "io.statefun.types/int", "123"],
  ])("%s is INVALID_ARGUMENT with place and cure, and nothing is handed over", async (_what, valueType, value) => {
    const { client, engine } = await start();
    const sent = call(client, ingressService.Send, { type: "shop/cart", id: "g3", valueType, value: Buffer.from(value, "latin1") });
    const refused = await sent.catch((error: unknown) => error as ServiceError);
    expect(refused).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining(valueType) });
    expect((refused as ServiceError).metadata.getMap()).toMatchObject({ "signalbox-code": "INVALID_VALUE" });
    expect(engine.accepted).toEqual([]);
  });

  test("refusals carry status, code and retry time", async () => {
    const { client } = await start();
    await expect(call(client, ingressService.Send, { type: "no/type" })).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: expect.stringContaining("Register one."),
    });
    const overloaded = await call(client, ingressService.Send, { type: "full/type" }).catch((error: unknown) => error as ServiceError);
    expect(overloaded).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect((overloaded as ServiceError).metadata.getMap()).toMatchObject({ "retry-after-ms": "250" });
    await expect(call(client, ingressService.Send, { type: "shop/cart", idempotencyKey: "k".repeat(300) })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });
});

describe("Publish", () => {
  test("of raw text as a string ends the stream with INVALID_ARGUMENT", async () => {
    const { client, engine } = await start();
    const { stream, ended } = publish(client);
    stream.write({ producer: "p", messages: [{ ...row(1), valueType: "", value: Buffer.from("raw text") }] });
    expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("io.statefun.types/string") });
    expect(engine.messages).toEqual([]);
  });

  test("keeps order over many frames and acknowledges the last sequence before it ends", async () => {
    const { client, engine } = await start();
    const { stream, acks, ended } = publish(client);
    for (let index = 0; index < 50; index++)
      stream.write(
        frame(
          [1, 2, 3, 4].map((step) => index * 4 + step),
          index === 0 ? "p" : "",
        ),
      );
    stream.end();
    expect(await ended).toBeUndefined();
    expect(engine.messages.map((message) => message.sequence)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(acks.at(-1)).toBe(200);
    expect(acks).toEqual([...acks].sort((a, b) => a - b));
  });

  test("acknowledges nothing that is not durable", async () => {
    const { client, engine } = await start();
    engine.durableAtOnce = false;
    const { stream, acks, acknowledged, ended } = publish(client);
    stream.write(frame([1, 2], "p"));
    await expect.poll(() => engine.messages.length).toBe(2);
    expect(acks).toEqual([]);
    engine.sync();
    await acknowledged(2);
    stream.end();
    expect(await ended).toBeUndefined();
  });

  test("several batches are under way at once; one acknowledgement covers them", async () => {
    const { client, engine } = await start();
    engine.durableAtOnce = false;
    const { stream, acks, acknowledged } = publish(client);
    stream.write(frame([1], "p"));
    await expect.poll(() => engine.batches.length).toBe(1);
    stream.write(frame([2]));
    await expect.poll(() => engine.batches.length).toBe(2);
    engine.sync();
    await acknowledged(2);
    expect(acks).toEqual([2]);
    stream.end();
  });

  test("an empty first frame asks where to go on", async () => {
    const { client } = await start();
    const first = publish(client);
    first.stream.write({ producer: "p" });
    await first.acknowledged(0);
    first.stream.write(frame([41, 42]));
    first.stream.end();
    await first.ended;
    const second = publish(client);
    second.stream.write({ producer: "p" });
    await second.acknowledged(42);
    expect(second.acks).toEqual([42]);
    second.stream.end();
    expect(await second.ended).toBeUndefined();
  });

  test("nothing overtakes a refused batch", async () => {
    const { client, engine } = await start();
    engine.refuseBatch = (batch) =>
      batch.messages.some((message) => message.sequence === 3) ? new EngineError("OVERLOADED", "full", "Later.", 100) : undefined;
    const { stream, ended } = publish(client);
    stream.write(frame([1, 2], "p"));
    await expect.poll(() => engine.messages.length).toBe(2);
    for (let sequence = 3; sequence < 40; sequence++) stream.write(frame([sequence]));
    const failure = await ended;
    expect(failure).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(engine.messages.map((message) => message.sequence)).toEqual([1, 2]);
  });

  test("a sender that is faster than the engine is held back", async () => {
    const { client, engine } = await start();
    engine.durableAtOnce = false;
    const { stream, acknowledged } = publish(client);
    const frames = 80;
    for (let index = 0; index < frames; index++) {
      stream.write({ producer: "p", messages: [{ ...row(index + 1), value: Buffer.alloc(1024 * 1024) }] });
    }
    await expect.poll(() => engine.messages.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(16);
    let seen = -1;
    while (seen !== engine.messages.length) {
      seen = engine.messages.length;
      await expect.poll(() => engine.messages.length).toBeLessThan(60);
      await call(client, adminService.Health, {});
    }
    expect(engine.messages.length).toBeLessThan(60);
    engine.durableAtOnce = true;
    engine.sync();
    await acknowledged(frames);
    stream.end();
  });

  test.each([
    ["no producer", frame([1])],
    ["a producer name without end", frame([1], "p".repeat(300))],
    ["sequence 0", frame([0], "p")],
    ["a sequence beyond 2^53", { producer: "p", messages: [{ ...row(1), sequence: 2 ** 53 }] }],
  ])("%s is refused as an invalid argument", async (_name, first) => {
    const { client, engine } = await start();
    const { stream, ended } = publish(client);
    stream.write(first);
    expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(engine.messages).toEqual([]);
  });

  test("a stream stays with its producer", async () => {
    const { client } = await start();
    const { stream, ended } = publish(client);
    stream.write(frame([1], "p"));
    stream.write(frame([2], "q"));
    expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test("a client that vanishes leaves the server serving", async () => {
    const { client, engine } = await start();
    const { stream } = publish(client);
    stream.write(frame([1], "p"));
    await expect.poll(() => engine.messages.length).toBe(1);
    stream.cancel();
    expect((await call(client, adminService.Health, {})).health).toBe("store-failed");
  });

  test("closing the server ends open streams as unavailable", async () => {
    const { client, engine, close } = await start();
    engine.durableAtOnce = false;
    const { stream, ended } = publish(client);
    stream.write(frame([1], "p"));
    await expect.poll(() => engine.messages.length).toBe(1);
    await Promise.all([
      close(),
      ended.then((failure) => {
        expect(failure).toMatchObject({ code: status.UNAVAILABLE });
        client.close();
      }),
    ]);
  });
});

describe("Admin", () => {
  test("health tells the engine's state", async () => {
    const { client } = await start();
    const reply = await call(client, adminService.Health, {});
    expect(reply).toMatchObject({ health: "store-failed", message: "disk full" });
    expect(
      [reply.epoch, reply.durableEpoch, reply.waitingMessages, reply.inFlight, reply.parkedEntities].map((field) => toBigInt(field)),
    ).toEqual([5n, 4n, 3n, 2n, 1n]);
  });

  test("modules are listed with their text and applied with their changes", async () => {
    const { client } = await start();
    expect((await call(client, adminService.ListModules, {})).modules).toMatchObject([{ name: "shop", yaml: "kind: x" }]);
    expect(await call(client, adminService.ApplyModule, { name: "shop", yaml: "good" })).toMatchObject({
      changes: ["added endpoint shop/*"],
      warnings: ["2:1 hm"],
    });
    await expect(call(client, adminService.ApplyModule, { name: "shop", yaml: "bad" })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining("line 1: no"),
    });
    await expect(call(client, adminService.ApplyModule, { yaml: "good" })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test("entities are listed by type, at most 1000 a page, and shown with their state", async () => {
    const { client } = await start();
    expect(await call(client, adminService.ListEntities, { type: "shop/cart", limit: 5000 })).toMatchObject({
      entities: [{ id: "anna", status: "parked" }],
      cursor: "limit 1000",
    });
    const shown = await call(client, adminService.GetEntity, { type: "shop/cart", id: "anna" });
    expect(shown).toMatchObject({ entity: { status: "parked" }, attempts: 10, failureCode: "REPLY_STATUS" });
    expect(shown.state).toMatchObject([
      { name: "seen", typename: "n/v", hasValue: true },
      { name: "empty", typename: "n/w", hasValue: false },
    ]);
    await expect(call(client, adminService.GetEntity, { type: "shop/cart", id: "bob" })).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(call(client, adminService.ListEntities, { type: "cart" })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });
});
