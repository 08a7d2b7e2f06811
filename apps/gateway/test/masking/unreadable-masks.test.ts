/**
 * A module with masks that cannot be read any more hides everything, because nobody knows what it hid.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { maskText } from "../../src/masking/masked-value.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const masks = `kind: io.signalbox.masks.v1/mask
spec:
  functions: other/*
  fields: ["\${HIDDEN_FIELD}"]
`;

async function put(box: TestGateway, name: string, body: string): Promise<void> {
  const answer = await box.fetch(`/v1/modules/${name}`, { method: "PUT", body });
  expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
}

async function seen(box: TestGateway): Promise<unknown> {
  const answer = (await (await box.fetch("/v1/entities/test/visits/a")).json()) as { state: { name: string; value: unknown }[] };
  return answer.state.find(({ name }) => name === "seen")?.value;
}

test("after a restart without the variable that it names", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "signalbox-masks-"));
  const functions = await startFunctions();
  try {
    {
      await using box = await startGateway({ dataDir, env: { HIDDEN_FIELD: "email" } });
      await put(box, "test", moduleYaml(functions.url));
      await put(box, "masks", masks);
      await box.fetch("/v1/messages/test/visits/a", { method: "POST", body: "hello" });
      await box.gateway.core.engine.settled();
      expect(await seen(box)).toBe(1);
    }
    await using box = await startGateway({ dataDir });
    expect(box.logged.join("\n")).toContain("module masks is not in force");
    expect(await seen(box)).toBe(maskText);
    await put(box, "masks", masks.replace("${HIDDEN_FIELD}", "email"));
    expect(await seen(box)).toBe(1);
  } finally {
    await functions.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
