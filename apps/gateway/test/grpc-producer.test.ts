/** The producer of @signalbox/functions at a real gRPC port: each number once, in order, over refusals, ends of connections and starts (issue 14). */
import { message, types } from "@signalbox/functions";
import { openProducer, PublishRefused } from "@signalbox/functions/producer";
import { EngineError } from "@signalbox/runtime";
import { expect, test } from "vitest";
import { cleanups, EngineDouble, start } from "./grpc-harness.ts";

const to = (id: string) => message({ type: "shop/cart", id }, types.string, `for ${id}`);

async function opened(engine: EngineDouble, options: { readonly pendingMessagesMax?: number } = {}) {
  const { port } = await start(engine);
  const producer = await openProducer(`grpc://127.0.0.1:${port}`, { name: "orders", ...options });
  cleanups.push(() => producer.close().catch(() => undefined));
  return producer;
}

test("a message is reported as sent once it is durable, and not before", async () => {
  const engine = new EngineDouble();
  engine.durableAtOnce = false;
  const producer = await opened(engine);
  let isSent = false;
  const sent = producer.send(7, to("ada")).then(() => {
    isSent = true;
  });
  await expect.poll(() => engine.messages.length).toBe(1);
  expect(isSent).toBe(false);
  engine.sync();
  await sent;
  expect(producer.durable).toBe(7);
  const [row] = engine.messages;
  expect(row?.sequence).toBe(7);
  expect(row?.message.target).toEqual({ type: "shop/cart", id: "ada" });
  expect(types.string.decode(row?.message.value.bytes ?? new Uint8Array())).toBe("for ada");
});

test("messages that are refused for a moment are sent again, each once and in order", async () => {
  const engine = new EngineDouble();
  let refusals = 2;
  engine.refuseBatch = () =>
    refusals-- > 0 ? new EngineError("ENGINE_RESTORING", "A savepoint is restored.", "Send again.", 1) : undefined;
  const producer = await opened(engine);
  await Promise.all([1, 2, 5].map((number) => producer.send(number, to(`e${number}`))));
  expect(engine.messages.map(({ sequence }) => sequence)).toEqual([1, 2, 5]);
  expect(refusals).toBeLessThan(0);
});

test("a source that starts anew goes on behind the durable messages, and repeats count once", async () => {
  const engine = new EngineDouble();
  const { port } = await start(engine);
  const first = await openProducer(`grpc://127.0.0.1:${port}`, { name: "orders" });
  await first.send(3, to("ada"));
  await first.close();
  await expect(first.send(4, to("ada"))).rejects.toMatchObject({ code: "PRODUCER_CLOSED" });
  await using again = await openProducer(`grpc://127.0.0.1:${port}`, { name: "orders" });
  expect(again.durable).toBe(3);
  await again.send(2, to("ada"));
  await again.send(3, to("ada"));
  await again.send(4, to("ada"));
  expect(engine.messages.map(({ sequence }) => sequence)).toEqual([3, 4]);
});

test("sendAll sends more than may wait, in order, and ends when the last is durable", async () => {
  const engine = new EngineDouble();
  const producer = await opened(engine, { pendingMessagesMax: 100 });
  const numbers = Array.from({ length: 2_500 }, (_, index) => index + 1);
  await producer.sendAll(numbers.map((number) => ({ number, message: to(`e${number % 7}`) })));
  expect(producer.durable).toBe(2_500);
  expect(engine.messages.map(({ sequence }) => sequence)).toEqual(numbers);
});

test("a message that is refused for good ends the producer, with the gateway's code and cure", async () => {
  const engine = new EngineDouble();
  engine.refuseBatch = () => new EngineError("UNKNOWN_FUNCTION_TYPE", "no endpoint serves shop/cart", "Register one.");
  const producer = await opened(engine);
  const numbers = [1, 2, 3].map((number) => ({ number, message: to("ada") }));
  const refused = await producer.sendAll(numbers).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PublishRefused);
  expect(refused).toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE", cure: "Register one.", status: 5 });
  await expect(producer.send(9, to("ada"))).rejects.toBe(refused);
});

test("numbers that do not rise, and more messages than may wait, are refused at once, and none of them is sent", async () => {
  const engine = new EngineDouble();
  engine.durableAtOnce = false;
  const producer = await opened(engine, { pendingMessagesMax: 2 });
  const sent = [producer.send(5, to("ada")), producer.send(6, to("ada"))];
  await expect(producer.send(6, to("ada"))).rejects.toThrow("numbers rise: 6 came after 6");
  await expect(producer.send(0.5, to("ada"))).rejects.toThrow("whole number from 1 on");
  await expect(producer.send(7, to("ada"))).rejects.toThrow("2 messages wait to become durable already");
  await expect.poll(() => engine.messages.length).toBe(2);
  engine.sync();
  await Promise.all(sent);
  expect(engine.messages.map(({ sequence }) => sequence)).toEqual([5, 6]);
});

test("an address without a gateway, or an invalid one, is reported with its cure", async () => {
  const { port, close } = await start();
  await close();
  const gone = openProducer(`grpc://127.0.0.1:${port}`, { name: "orders", timeoutMs: 300 });
  await expect(gone).rejects.toMatchObject({ code: "GATEWAY_UNREACHABLE", cure: expect.stringContaining("4281") });
  await expect(openProducer("http://127.0.0.1:4280", { name: "orders" })).rejects.toThrow("grpc://host:port");
});
