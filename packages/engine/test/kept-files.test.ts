/** What the source of embedded functions was loaded from is kept: a later thread runs what was checked, whatever the disk holds by then. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { loadEmbedded } from "../src/adapters/embedded/load-embedded.ts";
import { createEmbeddedTransport } from "../src/adapters/embedded/transport-embedded.ts";
import { endpoint, placement, request, source, text } from "./embedded-harness.ts";

const transport = createEmbeddedTransport();
afterEach(() => transport.close());

describe("what a source was loaded from is kept until it is applied again", () => {
  test("a thread that is new, or replaces one that ended, loads what was checked, and not what the files say by now", async () => {
    const folder = await mkdtemp(join(tmpdir(), "embedded-kept-"));
    const packed = join(folder, "node_modules", "counted");
    try {
      await mkdir(packed, { recursive: true });
      await writeFile(join(packed, "package.json"), '{ "name": "counted", "main": "./index.js" }');
      await writeFile(join(packed, "index.js"), 'module.exports = { label: require("./label.js") };');
      await writeFile(join(packed, "label.js"), 'module.exports = "checked";');
      await writeFile(join(folder, "more.json"), '{ "more": "too" }');
      await writeFile(join(folder, "part.ts"), 'export const part: string = "part";');
      await writeFile(
        join(folder, "main.ts"),
        `import counted from "counted"; import more from "./more.json" with { type: "json" }; import { part } from "./part.ts";
        ${source.replace("record(types.string, what)", 'record(types.string, [counted.label, more.more, part].join(" "))').replace('"loop") for (;;);', '"die") process.exit(1);')}`,
      );
      const url = pathToFileURL(join(folder, "main.ts")).href;
      const checked = await loadEmbedded(placement("", { source: { kind: "file", url, revision: "" } }));
      if (checked.kind !== "ok") throw new Error(checked.problem.message);
      const to = endpoint(placement("", { source: { kind: "file", url, revision: checked.revision }, kept: checked.kept }));
      for (const file of [join(packed, "index.js"), join(packed, "label.js"), join(folder, "more.json"), join(folder, "part.ts")])
        await writeFile(file, "half of an ed");
      await rm(join(folder, "main.ts"));
      const said = { reply: { effects: { egress: [{ value: text("checked too part") }] } } };
      expect(await transport.invoke(request(to, "one"))).toMatchObject(said);
      expect(await transport.invoke(request(to, "die"))).toMatchObject({ failure: { code: "ENDPOINT_DISCONNECTED" } });
      expect(await transport.invoke(request(to, "one"))).toMatchObject(said);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
