import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveFrame, LiveNeeds } from "../trpc/views.ts";
import { LiveHub } from "./live-hub.ts";
import type { HubSays } from "./live-message.ts";
import { EventParser, type OpenStream, type StreamEnd, type StreamListener, type StreamRequest } from "./live-stream.ts";

const flow: LiveNeeds = { flow: true, tails: [], entities: [] };
const plain: LiveNeeds = { flow: false, tails: [], entities: [] };

interface Opened {
  readonly request: StreamRequest;
  readonly listener: StreamListener;
  readonly signal: AbortSignal;
  readonly end: (end: StreamEnd) => void;
}

/** Makes a hub over streams that the test controls. */
function stand() {
  const opened: Opened[] = [];
  const open: OpenStream = (request, listener, signal) =>
    new Promise((end, fail) => {
      opened.push({ request, listener, signal, end });
      signal.addEventListener("abort", () => fail(new Error("aborted")));
    });
  const hub = new LiveHub({ url: "/trpc", open });
  const join = (needs: LiveNeeds | null) => {
    const heard: HubSays[] = [];
    const member = hub.join((message) => heard.push(structuredClone(message)));
    member.hear({ needs });
    return { heard, member };
  };
  return { hub, opened, join, running: () => opened.filter(({ signal }) => !signal.aborted) };
}

function frame(number: number, parts: Partial<LiveFrame> = {}): LiveFrame {
  const summary = { epoch: number } as LiveFrame["summary"];
  return { number, summary, flow: null, tails: [], changed: [], touched: [], timeline: [], ...parts };
}

describe("the hub of the live stream", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });
  let made: ReturnType<typeof stand>;
  beforeEach(() => {
    made = stand();
  });
  afterEach(() => made.hub.close());

  it("has one stream for many tabs, with the union of what they show", () => {
    for (let tab = 0; tab < 8; tab += 1) made.join({ ...plain, tails: [tab % 2 === 0 ? "is:failed" : ""] });
    made.join(flow);
    vi.advanceTimersByTime(100);
    expect(made.running().map(({ request }) => request.needs)).toEqual([{ flow: true, tails: ["", "is:failed"], entities: [] }]);
  });

  it("releases the stream when nobody looks and opens it again when a person does", () => {
    const tab = made.join(flow);
    vi.advanceTimersByTime(100);
    tab.member.hear({ needs: null });
    expect(made.running()).toEqual([]);
    tab.member.hear({ needs: flow });
    vi.advanceTimersByTime(100);
    expect(made.running()).toHaveLength(1);
  });

  it("forgets a tab that is silent for long, and takes it in again with its next word", () => {
    const tab = made.join(plain);
    vi.advanceTimersByTime(1_000);
    const heard = setInterval(() => made.running()[0]?.listener.heard(), 1_000);
    vi.advanceTimersByTime(40_000);
    expect(made.running()).toEqual([]);
    tab.member.hear({ needs: plain });
    vi.advanceTimersByTime(100);
    expect(made.running()).toHaveLength(1);
    clearInterval(heard);
  });

  it("shows everything at once to a tab that joins, without a second stream", () => {
    made.join(flow);
    vi.advanceTimersByTime(100);
    const node = { id: "type:a/b", kind: "type", name: "a/b", detail: "", state: "clear", stateWord: "running" } as const;
    const whole = { whole: true, nodesGone: [], edges: [], edgeNumbers: [], edgesGone: [], dots: [], moved: 0 };
    made.opened[0]?.listener.frame(frame(1, { flow: { ...whole, nodes: [[1, node]], nodeNumbers: [[1, 5, 0, 0, null]] } }), "k.1");
    const second = made.join(flow);
    vi.advanceTimersByTime(5_000);
    expect(made.opened).toHaveLength(1);
    expect(second.heard[0]).toMatchObject({ kind: "snapshot", summary: { epoch: 1 }, flow: { nodes: [[1, { ratePerSecond: 5 }]] } });
  });

  it("begins anew when a frame is missing, and goes on after the last one when only the connection broke", () => {
    made.join(flow);
    vi.advanceTimersByTime(100);
    made.opened[0]?.listener.frame(frame(1), "k.1");
    made.opened[0]?.listener.frame(frame(3), "k.3");
    expect(made.running().map(({ request }) => request.lastEventId)).toEqual([null]);
    made.opened[1]?.listener.frame(frame(1), "l.1");
    made.opened[1]?.end({ kind: "ended" });
    return vi.advanceTimersByTimeAsync(1_000).then(() => expect(made.opened.at(-1)?.request.lastEventId).toBe("l.1"));
  });

  it("says when nothing comes any more, and repeats the gateway's refusal", async () => {
    const tab = made.join(flow);
    vi.advanceTimersByTime(100);
    made.opened[0]?.listener.frame(frame(1), "k.1");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(tab.heard.at(-1)).toEqual({ kind: "lost", refusal: null });
    const refusal = { code: "TOO_MANY_STREAMS", title: "Too many live streams", cure: "Close a browser." };
    made.running()[0]?.end({ kind: "refused", refusal });
    await vi.advanceTimersByTimeAsync(10);
    expect(tab.heard.at(-1)).toEqual({ kind: "lost", refusal });
  });

  it("drops all that came when the roles change: the next stream brings everything, and a tab that joins gets only that", async () => {
    made.join(flow);
    vi.advanceTimersByTime(100);
    const bucket = { atMs: 1_000, messages: 7, failures: 0, marks: [] };
    made.opened[0]?.listener.frame(frame(1, { timeline: [bucket] }), "k.1");
    made.opened[0]?.end({ kind: "refused", refusal: { code: "UNAUTHENTICATED", title: "Nobody is signed in", cure: "Sign in again." } });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(made.opened.at(-1)?.request).toMatchObject({ lastEventId: null, timelineAfterMs: 0 });
    made.opened[1]?.listener.frame(frame(1), "l.1");
    const { heard } = made.join(plain);
    expect(heard[0]).toMatchObject({ kind: "snapshot", summary: { epoch: 1 }, timeline: [] });
  });
});

describe("events of the stream", () => {
  it("are read from pieces that end anywhere", () => {
    const text = 'event: connected\ndata: {}\n\ndata: {"a":1}\nid: k.1\n\nevent: ping\ndata: \n\ndata: {"b":2}\nid: k.2\n\n';
    const parser = new EventParser();
    const events = [...text].flatMap((character) => parser.push(character));
    expect(events).toEqual(new EventParser().push(text));
    expect(events.filter(({ name }) => name === "")).toEqual([
      { name: "", data: '{"a":1}', id: "k.1" },
      { name: "", data: '{"b":2}', id: "k.2" },
    ]);
  });
});
