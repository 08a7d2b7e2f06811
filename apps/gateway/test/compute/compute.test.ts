/**
 * The thread that computes what callers send: what takes too long is ended, what comes too fast is refused, and the rest goes on.
 */
import { afterEach, describe, expect, it } from "vitest";
import { createCompute, type Compute } from "../../src/compute/compute.ts";

let compute: Compute;
afterEach(() => compute.close());

const parse = (yaml: string) => compute.run({ kind: "parse-module", text: { name: "m", yaml, env: {} } }, "module m");

describe("a task of a caller", () => {
  it("that does not end is stopped, and the next one runs in a new thread", async () => {
    compute = createCompute({ taskMsMax: 200 });
    const spinning = compute.run({ kind: "spin" }, "a loop");
    await expect(spinning).rejects.toMatchObject({ code: "COMPUTE_TOO_LONG", message: expect.stringContaining("a loop") });
    await compute.close();
    compute = createCompute();
    expect((await parse("")).issues).toHaveLength(1);
  });

  it("that waits behind a stopped one still runs", async () => {
    compute = createCompute({ taskMsMax: 5_000 });
    const spinning = compute.run({ kind: "spin" }, "a loop").catch((error: unknown) => error);
    const waiting = parse("a: [}");
    expect(await spinning).toMatchObject({ code: "COMPUTE_TOO_LONG" });
    expect((await waiting).issues[0]?.severity).toBe("error");
  });

  it("is refused where too many wait", async () => {
    compute = createCompute({ taskMsMax: 60_000, tasksWaitingMax: 2 });
    const given = [0, 1, 2, 3].map(() => compute.run({ kind: "spin" }, "a loop").catch((error: unknown) => error));
    expect(await given[3]).toMatchObject({ code: "COMPUTE_BUSY" });
    await compute.close();
    for (const one of given) expect(await one).toMatchObject({ code: "COMPUTE_BUSY" });
  });

  it("that takes long leaves this thread free", async () => {
    compute = createCompute();
    await parse("");
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const { issues } = await parse("a: [}\n".repeat(20_000));
    clearInterval(ticking);
    expect(issues.length).toBeGreaterThan(0);
    // If it were done on this thread, the answer would have come before the first turn.
    expect(turns).toBeGreaterThan(3);
  });

  it("whose documents are too many is refused by their marks", async () => {
    compute = createCompute();
    expect((await parse("---\na: 1\n".repeat(100_000))).issues[0]?.message).toContain("more than 1000 documents");
  });
});
