/** The room of the data directory's disk, as health tells it. */
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { DiskRoom } from "../src/health/disk-room.ts";

test("the room that was seen last is told, and for an absent folder nothing", async () => {
  const room = new DiskRoom(tmpdir());
  expect(room.figures()).toBeNull();
  await room.settled();
  expect(room.figures()).toMatchObject({ place: tmpdir() });
  expect(room.figures()?.freeBytes).toBeLessThanOrEqual(room.figures()?.totalBytes ?? 0);
  const none = new DiskRoom("/not/there");
  await none.settled();
  expect(none.figures()).toBeNull();
});

test("one look is under way at most, and a look that is a second old starts another", async () => {
  const room = new DiskRoom(tmpdir());
  await room.settled();
  const first = room.figures(performance.now());
  expect(room.figures(performance.now())).toBe(first);
  expect(room.figures(performance.now() + 2_000)).toBe(first);
  await room.settled();
  expect(room.figures(performance.now())).not.toBe(first);
});
