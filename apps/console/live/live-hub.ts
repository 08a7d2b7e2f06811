/**
 * LiveHub: the one live stream of a browser, shared by its tabs: it carries the union of what the visible tabs need, and ends when nobody
 * looks. It keeps what frames build upon (status summary, timeline, graph), so that a tab that joins sees everything at once without a
 * second stream. It runs in a shared worker, in the tab that leads, or in a tab alone (live-link.ts). It reopens with backoff for as long
 * as somebody looks, and continues after the last frame when the gateway still has it.
 */
import { FlowReceived } from "@signalbox/gateway/shared";
import type { LiveFrame, LiveNeeds, StatusSummary, TimelineBucket } from "../trpc/views.ts";
import { SILENT_TAB_MS_MAX, type HubSays, type TabSays } from "./live-message.ts";
import { covers, noNeeds, unionOf } from "./live-needs.ts";
import { endsSight, type OpenStream, type Refusal } from "./live-stream.ts";
import { joinTimeline } from "./timeline-join.ts";

/** Needs that change together reopen the stream once. */
const SETTLE_MS = 60;
/** What nobody needs any longer is carried a little longer, because tabs come and go. */
const SHRINK_MS = 3_000;
/** The gateway sends a frame at least every second; after this long without one, what is shown is stale. */
const SILENCE_MS_MAX = 4_000;
const REOPEN_MS_MIN = 500;
const REOPEN_MS_MAX = 8_000;
const CHECK_MS = 1_000;

export interface HubOptions {
  readonly url: string;
  readonly open: OpenStream;
}

interface Member {
  readonly say: (message: HubSays) => void;
  needs: LiveNeeds | null;
  heardMs: number;
}

export interface HubMember {
  hear(message: TabSays): void;
  leave(): void;
}

export class LiveHub {
  readonly #options: HubOptions;
  readonly #members = new Set<Member>();
  readonly #timer: ReturnType<typeof setInterval>;
  #stream: { readonly needs: LiveNeeds; readonly ending: AbortController } | null = null;
  #change: ReturnType<typeof setTimeout> | undefined;
  #reopen: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #heardMs = 0;
  #live = false;
  #lastEventId: string | null = null;
  #number = 0;
  #summary: StatusSummary | null = null;
  #timeline: readonly TimelineBucket[] = [];
  #flow = new FlowReceived();
  #flowKnown = false;
  #frameMs = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
  }

  join(say: (message: HubSays) => void): HubMember {
    const member: Member = { say, needs: null, heardMs: Date.now() };
    this.#members.add(member);
    return {
      hear: ({ needs }) => this.#hear(member, needs),
      leave: () => {
        this.#members.delete(member);
        this.#needsChanged();
      },
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#members.clear();
    this.#stop();
  }

  #hear(member: Member, needs: LiveNeeds | null): void {
    this.#members.add(member);
    member.heardMs = Date.now();
    const before = member.needs;
    member.needs = needs;
    if (JSON.stringify(before) === JSON.stringify(needs)) return;
    if (needs !== null && this.#live && (before === null || (needs.flow && !before.flow))) this.#sayAll(member);
    this.#needsChanged();
  }

  #sayAll(member: Member): void {
    const flow = member.needs?.flow === true && this.#flowKnown ? this.#flow.places() : null;
    member.say({ kind: "snapshot", summary: this.#summary, timeline: this.#timeline, flow, frameMs: this.#frameMs });
  }

  #say(message: HubSays): void {
    for (const member of this.#members) if (member.needs !== null) member.say(message);
  }

  #wanted(): LiveNeeds | null {
    const shown = [...this.#members].flatMap((member) => member.needs ?? []);
    return shown.length === 0 ? null : unionOf(shown);
  }

  #needsChanged(): void {
    clearTimeout(this.#change);
    const wanted = this.#wanted();
    if (wanted === null) return this.#stop();
    const covered = this.#stream !== null && covers(this.#stream.needs, wanted);
    this.#change = setTimeout(() => this.#adapt(), covered ? SHRINK_MS : SETTLE_MS);
  }

  #adapt(): void {
    const wanted = this.#wanted();
    if (wanted === null) return this.#stop();
    if (this.#stream !== null && JSON.stringify(this.#stream.needs) === JSON.stringify(wanted)) return;
    this.#lastEventId = null;
    this.#open(wanted);
  }

  #open(needs: LiveNeeds): void {
    clearTimeout(this.#reopen);
    this.#reopen = undefined;
    this.#stream?.ending.abort();
    const ending = new AbortController();
    this.#stream = { needs, ending };
    this.#heardMs = Date.now();
    if (!needs.flow) this.#flowKnown = false;
    const current = (): boolean => this.#stream?.ending === ending;
    const request = { url: this.#options.url, needs, lastEventId: this.#lastEventId, timelineAfterMs: this.#timeline.at(-1)?.atMs ?? 0 };
    const listener = {
      heard: () => {
        if (current()) this.#heardMs = Date.now();
      },
      frame: (frame: LiveFrame, id: string | null) => {
        if (current()) this.#receive(frame, id);
      },
    };
    this.#options.open(request, listener, ending.signal).then(
      (end) => {
        if (current()) this.#lost(end.kind === "refused" ? end.refusal : null);
      },
      () => {
        if (current()) this.#lost(null);
      },
    );
  }

  #receive(frame: LiveFrame, id: string | null): void {
    const first = frame.number === 1;
    if (!first && frame.number !== this.#number + 1) return this.#resync();
    this.#number = frame.number;
    this.#lastEventId = id;
    this.#failures = 0;
    this.#summary = frame.summary;
    this.#timeline = joinTimeline(this.#timeline, frame.timeline);
    this.#frameMs = Date.now();
    if (frame.flow !== null) {
      this.#flow.apply(frame.flow);
      this.#flowKnown ||= frame.flow.whole;
    }
    // A tab that has got nothing yet, or has missed frames, begins with everything.
    const back = !this.#live;
    this.#live = true;
    for (const member of this.#members) {
      if (member.needs === null) continue;
      if (back) this.#sayAll(member);
      member.say({ kind: "frame", frame });
    }
  }

  /** A frame is missing, so what is shown may be wrong. A new stream begins with everything. */
  #resync(): void {
    const needs = this.#stream?.needs ?? noNeeds;
    this.#lastEventId = null;
    this.#open(needs);
  }

  #lost(refusal: Refusal | null): void {
    this.#stream?.ending.abort();
    this.#stream = null;
    this.#live = false;
    if (endsSight(refusal)) this.#forget();
    this.#say({ kind: "lost", refusal });
    const wanted = this.#wanted();
    if (wanted === null || this.#reopen !== undefined) return;
    const delayMs = Math.min(REOPEN_MS_MIN * 2 ** this.#failures, REOPEN_MS_MAX);
    this.#failures += 1;
    this.#reopen = setTimeout(() => {
      this.#reopen = undefined;
      const needs = this.#wanted();
      if (needs !== null && this.#stream === null) this.#open(needs);
    }, delayMs);
  }

  /** What came for other roles is shown to nobody; the next stream brings everything that these may see. */
  #forget(): void {
    this.#summary = null;
    this.#timeline = [];
    this.#flow = new FlowReceived();
    this.#flowKnown = false;
    this.#lastEventId = null;
  }

  #stop(): void {
    clearTimeout(this.#change);
    clearTimeout(this.#reopen);
    this.#reopen = undefined;
    this.#stream?.ending.abort();
    this.#stream = null;
    this.#live = false;
    this.#lastEventId = null;
  }

  #check(): void {
    const nowMs = Date.now();
    for (const member of this.#members) {
      if (member.needs === null || nowMs - member.heardMs <= SILENT_TAB_MS_MAX) continue;
      member.needs = null;
      this.#members.delete(member);
      this.#needsChanged();
    }
    if (this.#stream !== null && nowMs - this.#heardMs > SILENCE_MS_MAX) this.#lost(null);
  }
}
