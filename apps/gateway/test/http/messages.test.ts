/**
 * What of a request stays in memory while its message waits.
 */
import type { IngressMessage } from "@signalbox/runtime";
import { DescriptorRegistry } from "@signalbox/proto";
import { expect, test } from "vitest";
import { createValueCodec } from "../../src/values/value-codec.ts";
import { localPerson } from "../../src/contract/principal.ts";
import { createMessages } from "../../src/surfaces/http/messages.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";

test.each([
  ["text", undefined],
  ["bytes of a type", "application/vnd.a/b"],
])("a message of %s does not keep its read buffer alive", async (_what, contentType) => {
  const taken: IngressMessage[] = [];
  const messages = createMessages({
    values: createValueCodec(new DescriptorRegistry()),
    messageBytesMax: 1_000,
    held: new RequestBytes(1_000),
    ingress: {
      accept: (message) => {
        taken.push(message);
        return Promise.resolve({ messageId: 1, traceId: 1, repeated: false });
      },
    },
  });
  const read = Buffer.from(new ArrayBuffer(64 * 1024)).fill("x");
  for (const bytes of [0, 1, 64, 65, 1_000])
    await messages.accept(
      { url: "/v1/messages/a/b/c", contentType, idempotencyKey: undefined, body: read.subarray(100, 100 + bytes) },
      localPerson("http"),
    );
  expect(taken.map(({ value }) => value.bytes.buffer === read.buffer)).toEqual([false, false, false, false, false]);
  read.fill("y");
  expect(taken.map(({ value }) => Buffer.from(value.bytes).includes("y"))).toEqual([false, false, false, false, false]);
});
