/**
 * A broken broker announces an answer of two gigabytes; the client does not gather it.
 */
import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { KafkaClient } from "../../../src/connectors/kafka/kafka-client.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

it.each([
  ["at once", [Buffer.concat([Buffer.from("7fffffff", "hex"), Buffer.alloc(1000)])]],
  ["byte by byte", [Buffer.from([0x7f]), Buffer.from([0xff]), Buffer.from([0xff]), Buffer.from([0xff])]],
  ["as one below zero", [Buffer.from("ffffffff", "hex")]],
])("an answer of an impossible announced size is not collected: the connection ends, announced %s", async (_how, parts) => {
  const over = Promise.withResolvers<void>();
  const opened = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => undefined).on("close", () => over.resolve());
    socket.once("data", () => {
      for (const part of parts) socket.write(part);
    });
    socket.resume();
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = new KafkaClient({
    bootstrap: [{ host: "127.0.0.1", port }],
    clientId: "test",
    connectTimeoutMs: 10_000,
    // The timeout is longer than the test, so only the announced length can end the call.
    requestTimeoutMs: 600_000,
    tls: undefined,
    sasl: undefined,
    refusal: async () => undefined,
  });
  await expect(client.metadata(["t"], { create: false })).rejects.toMatchObject({ name: "KafkaError" });
  await over.promise;
  await client.close();
});
