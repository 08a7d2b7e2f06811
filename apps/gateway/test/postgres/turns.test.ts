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

function session(): { readonly session: Session; readonly said: () => string; readonly held: RequestBytes } {
  const socket = new PassThrough();
  const held = new RequestBytes(64 * 1024 * 1024);
  const parts = {
    writer: new WireWriter(socket),
    settings: new SessionSettings(),
    held,
    database: "x",
    user: "x",
    ask: () => Promise.reject(new Error("nothing is asked")),
    unexpected: () => undefined,
  };
  return { session: new Session(parts), said: () => String(socket.read()), held };
}

test("parameters that make no statement are refused before they are used", async () => {
  const { session: client, said } = session();
  await client.take({ letter: "P", body: Buffer.from("\0select $1\0\0\0") });
  const head = Buffer.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 13, 187, 160]);
  await client.take({ letter: "B", body: Buffer.concat([head, Buffer.alloc(900_000, "a"), Buffer.from([0, 0])]) });
  await client.take({ letter: "S", body: Buffer.alloc(0) });
  expect(said()).toContain("54000");
});

const sync = { letter: "S", body: Buffer.alloc(0) };
const parse = (name: string, sql: string) => ({ letter: "P", body: Buffer.from(`${name}\0${sql}\0\0\0`) });
/** A message that binds one long text to a statement, under the name of a portal. */
function bind(portal: string, bytes: number): { letter: string; body: Buffer } {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes);
  const parts = [Buffer.from(`${portal}\0\0`), Buffer.from([0, 0, 0, 1]), size, Buffer.alloc(bytes, "a"), Buffer.from([0, 0])];
  return { letter: "B", body: Buffer.concat(parts) };
}

test("a parameter that is used very often is refused before a statement of gigabytes is put together", async () => {
  const { session: client, said } = session();
  // It would be longer than a text of V8 may be, which is an error of its own.
  await client.take(parse("", `select ${Array.from({ length: 30_000 }, () => "$1").join()}`));
  await client.take(bind("", 90_000));
  await client.take(sync);
  expect(said()).toContain("54000");
});

test("what statements and portals take is counted, also their parameters and pieces, and given back", async () => {
  const { session: client, said, held } = session();
  await client.take(parse("many", "select $65535"));
  expect(held.taken).toBeGreaterThan(65_535 * 8);
  await client.take(parse("", "select $1 as a, $1 as b"));
  await client.take(bind("one", 20_000));
  expect(held.taken).toBeGreaterThan(65_535 * 8 + 80_000);
  await client.take(sync);
  expect(said()).not.toContain("ERROR");
  client.close();
  expect(held.taken).toBe(0);
});

test("more parameters than the protocol can count are refused", async () => {
  const { session: client, said } = session();
  await client.take(parse("", "select $65536"));
  await client.take(sync);
  expect(said()).toContain("54023");
});
