/**
 * backup: nothing of a backup stays in the gateway's own folder, also when it did not come; what stays is told.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-cli-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = new TextEncoder().encode("all that there is");
const checksum = createHash("sha256").update(bytes).digest("hex");
const sqlite = { "content-type": "application/vnd.sqlite3" };
const lost = new Response(JSON.stringify({ code: "X", title: "no", detail: "no", cure: "no" }), { status: 500 });

/** A gateway that makes a backup, and remembers what it is asked for. */
function gateway(file: () => Response, removal: () => Response = () => new Response(null, { status: 204 })) {
  const asked: string[] = [];
  const fetch = async (_url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const method = init?.method ?? "GET";
    asked.push(method);
    if (method === "POST") return Response.json({ id: "one", checksum, catalog: "inside" });
    return method === "GET" ? file() : removal();
  };
  return { asked, fetch };
}

describe("a backup", () => {
  test.each<readonly [what: string, file: () => Response]>([
    ["is cut off", () => new Response(bytes.slice(0, 5), { headers: sqlite })],
    ["is refused", () => lost.clone()],
    ["is a page of something else", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
  ])("that %s is removed there, and nothing of it is here", async (_what, file) => {
    const { asked, fetch } = gateway(file);
    const ran = await runCli(["backup", join(folder, "lost")], { fetch });
    expect(ran.code).not.toBe(0);
    expect(asked).toEqual(["POST", "GET", "DELETE"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that did not come stays there where that was asked for", async () => {
    const { asked, fetch } = gateway(() => lost.clone());
    expect((await runCli(["backup", join(folder, "lost"), "--keep"], { fetch })).code).not.toBe(0);
    expect(asked).toEqual(["POST", "GET"]);
  });

  test("that came is one, also when it cannot be removed there, which is told with its place", async () => {
    const { fetch } = gateway(
      () => new Response(bytes, { headers: sqlite }),
      () => lost.clone(),
    );
    const path = join(folder, "kept");
    const ran = await runCli(["backup", path], { fetch });
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("DELETE /v1/backups/one") });
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
  });
});
