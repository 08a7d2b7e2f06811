/** A system moves: what the embedded engine counted goes on on Flink, under a gateway whose first job begins from the moved savepoint. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { runMove, toolCommand } from "@signalbox/flink";
import { savepointFile, tableSql } from "../../packages/flink/test/savepoint/savepoint-files.ts";
import { fetchFlink } from "./flink-here.ts";
import { FlinkStand, skipped, whyNoFlink } from "./flink-stand.ts";

test.skipIf(whyNoFlink !== undefined)(
  `a gateway on Flink begins from a moved savepoint${skipped}`,
  async () => {
    await fetchFlink();
    const folder = mkdtempSync(join(tmpdir(), "signalbox-journey-"));
    try {
      const path = savepointFile(
        join(folder, "embedded.savepoint"),
        tableSql.message,
        "INSERT INTO state VALUES ('example/person', 'anna', 'visits', 'io.statefun.types/int', x'0D29000000', NULL, NULL);",
        "INSERT INTO message VALUES (1, NULL, NULL, 'example/person', 'anna', 'io.statefun.types/string', CAST(x'0A02' || 'hi' AS BLOB));",
      );
      const directory = join(folder, "moved");
      const task = { direction: "flink", path, directory, maxParallelism: 128, accept: [], dryRun: false } as const;
      const tool = toolCommand(process.env);
      await runMove({ ...task, tool, scratchFolder: folder, nowMs: Date.now() }, { signal: new AbortController().signal });

      await using stand = await FlinkStand.start({
        SIGNALBOX_FLINK_START_FROM: pathToFileURL(directory).href,
        SIGNALBOX_FLINK_PARALLELISM: "1",
      });
      expect(await stand.apply(stand.module())).toMatchObject({ status: 200 });
      // Before the move 41 visits were counted, and one message waited.
      await stand.came(1);
      await stand.send(["anna"]);
      await stand.came(2);
      expect((await stand.greetings()).map(({ visits }) => visits)).toEqual([42, 43]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  400_000,
);
