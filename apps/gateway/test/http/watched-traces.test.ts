/**
 * When somebody looks at a trace that goes on, its messages go alone from then on, so that the page shows which message caused what, even
 * if the function does not say it.
 */
import { expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway } from "../support/start-gateway.ts";

interface Sent {
  readonly messageId: string;
}

interface Batches {
  readonly items: readonly { readonly messages: readonly unknown[] }[];
}

async function batchesAfterALook(exactTraces: string): Promise<number[]> {
  await using box = await startGateway();
  const functions = await startFunctions();
  try {
    const yaml = moduleYaml(functions.url).replace("spec:\n", `spec:\n  exactTraces: ${exactTraces}\n`);
    const applied = await box.fetch("/v1/modules/test", { method: "PUT", body: yaml });
    expect(await applied.text()).not.toContain("urn:signalbox:problem");
    const say = async (): Promise<number> => {
      const answer = await box.fetch("/v1/messages/test/visits/ada", {
        method: "POST",
        body: "hello",
        headers: { "content-type": "text/plain" },
      });
      return Number(((await answer.json()) as Sent).messageId);
    };
    const act = (action: string): Promise<Response> => box.fetch(`/v1/entities/test/visits/ada:${action}`, { method: "POST" });
    await say();
    await box.until("/v1/entities/test/visits/ada", (body) => (body as { status: string }).status === "idle");
    expect((await act("pause")).status).toBe(200);
    const messages: number[] = [];
    for (let message = 1; message <= 5; message += 1) messages.push(await say());
    expect((await box.fetch(`/v1/traces/${messages[2]}`)).status).toBe(200);
    await act("resume");
    const path = "/v1/history?type=test/visits&id=ada&limit=10";
    const told = (body: unknown): number[] => (body as Batches).items.map((item) => item.messages.length).filter((count) => count > 0);
    await box.until(path, (body) => told(body).reduce((sum, count) => sum + count, 0) === 6);
    return told(await (await box.fetch(path)).json()).toReversed();
  } finally {
    await functions.close();
  }
}

test("the messages of a trace go singly while a person looks at it, those of others together", async () => {
  expect(await batchesAfterALook("watched")).toEqual([1, 2, 1, 2]);
});

test("an endpoint that is never watched gets its batches, whoever looks", async () => {
  expect(await batchesAfterALook("never")).toEqual([1, 5]);
});
