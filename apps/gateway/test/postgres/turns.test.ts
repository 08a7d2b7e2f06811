/**
 * However much one client has sent, the others get the thread in between.
 */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { RequestBytes } from "../../src/listener/request-bytes.ts";
import { Session } from "../../src/surfaces/postgres/session.ts";
import { SessionSettings } from "../../src/surfaces/postgres/session-settings.ts";
import { Turn } from "../../src/surfaces/postgres/turn.ts";
import { WireWriter } from "../../src/surfaces/postgres/wire-writer.ts";

test("a turn ends after its time, and the next one begins when others have had theirs", async () => {
  let nowMs = 0;
  let heard = 0;
  const turn = new Turn(() => nowMs);
  const others = (): void => void setImmediate(() => heard++);
  others();
  nowMs = 9;
  await turn.passed();
  expect(heard).toBe(0);
  nowMs = 10;
  await turn.passed();
  expect(heard).toBe(1);
  others();
  nowMs = 19;
  await turn.passed();
  expect(heard).toBe(1);
});

function session(): { readonly session: Session; readonly said: () => string } {
  const socket = new PassThrough();
  const parts = {
    writer: new WireWriter(socket),
    settings: new SessionSettings(),
    held: new RequestBytes(64 * 1024 * 1024),
    database: "x",
    user: "x",
    ask: () => Promise.reject(new Error("nothing is asked")),
    unexpected: () => undefined,
  };
  return { session: new Session(parts), said: () => String(socket.read()) };
}

test("parameters that make no statement are refused before they are used", async () => {
  const { session: client, said } = session();
  await client.take({ letter: "P", body: Buffer.from("\0select $1\0\0\0") });
  const head = Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 13, 187, 160]);
  await client.take({ letter: "B", body: Buffer.concat([head, Buffer.alloc(900_000, "a"), Buffer.from([0, 0])]) });
  await client.take({ letter: "S", body: Buffer.alloc(0) });
  expect(said()).toContain("54000");
});
