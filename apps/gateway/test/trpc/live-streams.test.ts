/**
 * The number of live streams of all tabs is bounded: a further one gets the reason instead of frames, and there is room again once others
 * have ended.
 */
import { expect, test } from "vitest";
import { liveStreamsMax as streamsMax } from "../../src/services/live/live-streams.ts";
import { everywhere, startPeopleStand } from "../support/people-stand.ts";
import { startGateway } from "../support/start-gateway.ts";

interface Opened {
  readonly response: Response;
  readonly ended: AbortController;
}

const path = `/trpc/live.stream?input=${encodeURIComponent(JSON.stringify({ flow: true, tails: [], entities: [] }))}`;

/** Returns what comes before the stream goes quiet: its greeting, and its first frame or its refusal. */
async function first({ response, ended }: Opened, until = /event: serialized-error|id: /): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!until.test(text)) {
    const read = await reader?.read();
    if (read === undefined || read.done) break;
    text += read.value;
  }
  ended.abort();
  return text;
}

test("one stream too many is told so by a problem with 503, and is accepted once another has ended", async () => {
  await using gateway = await startGateway();
  const open = async (): Promise<Opened> => {
    const ended = new AbortController();
    const response = await gateway.fetch(path, { signal: ended.signal, headers: { accept: "text/event-stream" } });
    return { response, ended };
  };
  const streams: Opened[] = [];
  for (let number = 0; number < streamsMax; number++) streams.push(await open());
  expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200));
  await Promise.all(streams.map(async ({ response }) => response.body?.getReader().read()));
  const refused = await first(await open());
  expect(refused).toContain('"httpStatus":503');
  expect(refused).toContain('"code":"TOO_MANY_STREAMS"');
  for (const { ended } of streams) ended.abort();
  await expect.poll(async () => first(await open()), { timeout: 30_000 }).not.toContain("TOO_MANY_STREAMS");
});

test("a stream whose token is revoked ends with the problem and its own status, by which a program tells it from a fault", async () => {
  await using stand = await startPeopleStand();
  const { id, token } = await stand.token({ name: "watcher", grants: everywhere("viewer") });
  const ended = new AbortController();
  const headers = { accept: "text/event-stream", authorization: `Bearer ${token}` };
  const opened = { ended, response: await stand.box.fetch(path, { signal: ended.signal, headers }) };
  const heard = first(opened, /serialized-error[\s\S]*\n\n/);
  expect((await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie })).status).toBeLessThan(300);
  const text = await heard;
  expect(text).toContain('"code":"UNAUTHENTICATED"');
  expect(text).toContain('"httpStatus":401');
});
