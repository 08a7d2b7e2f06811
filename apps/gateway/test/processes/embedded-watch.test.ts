/**
 * What people see of the threads of embedded functions, made from reports only.
 */
import type { EmbeddedReport } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { EmbeddedWatch } from "../../src/processes/embedded-watch.ts";
import { outputLinesMax } from "../../src/processes/process-output.ts";

function watching(): { watch: EmbeddedWatch; tell: (what: EmbeddedReport["what"], place?: string) => void } {
  const watch = new EmbeddedWatch(() => 1_000);
  return { watch, tell: (what, place = "0/1/0") => watch.take({ endpoint: "shop/*", module: "m", place, what }) };
}

describe("the threads of embedded functions", () => {
  test("are listed once they begin, and gone when they are no longer needed", () => {
    const { watch, tell } = watching();
    expect(watch.views()).toEqual([]);
    tell({ kind: "starting" });
    tell({ kind: "running" });
    tell({ kind: "memory", bytes: 5_000 });
    expect(watch.views()).toMatchObject([
      {
        endpoint: "shop/*",
        module: "m",
        protocol: "embedded",
        instances: [{ number: 1, state: "running", restarts: 0, memoryBytes: 5_000 }],
      },
    ]);
    tell({ kind: "gone" });
    expect(watch.views()).toEqual([]);
  });

  test("that end by themselves say why, and how often they were replaced", () => {
    const { watch, tell } = watching();
    tell({ kind: "starting" });
    tell({ kind: "ended", problem: { code: "EMBEDDED_OUT_OF_MEMORY", message: "more than 64 MiB" } });
    expect(watch.views()[0]?.instances[0]).toMatchObject({ state: "stopped", problem: { code: "EMBEDDED_OUT_OF_MEMORY" } });
    tell({ kind: "starting" });
    tell({ kind: "running" });
    expect(watch.views()[0]?.instances[0]).toMatchObject({ state: "running", restarts: 1, problem: undefined });
    expect(watch.output("shop/*", 0).map(({ text }) => text)).toEqual(["EMBEDDED_OUT_OF_MEMORY: more than 64 MiB"]);
  });

  test("whose source cannot be loaded are refused", () => {
    const { watch, tell } = watching();
    tell({ kind: "starting" });
    tell({ kind: "refused", problem: { code: "EMBEDDED_NOT_LOADED", message: "no such name" } });
    expect(watch.views()[0]?.instances[0]).toMatchObject({ state: "refused", problem: { code: "EMBEDDED_NOT_LOADED" } });
  });

  test("have numbers of their own, and bounded output", () => {
    const { watch, tell } = watching();
    tell({ kind: "starting" }, "0/1/0");
    tell({ kind: "starting" }, "3/1/0");
    for (let line = 0; line < outputLinesMax + 10; line++) tell({ kind: "line", stream: "out", text: `line ${line}` }, "3/1/0");
    const lines = watch.output("shop/*", 0);
    expect(lines).toHaveLength(outputLinesMax);
    expect(lines.at(-1)).toMatchObject({ instance: 2, text: `line ${outputLinesMax + 9}` });
  });
});
