/**
 * LiveStream: one reading of the gateway's live stream (server-sent events over fetch, so that a refusal can be read; an EventSource only
 * says that something failed). It runs in the shared worker or in a tab. It ends by the signal, when the gateway ends it, or when it is
 * refused; the hub decides what comes next.
 */
import type { LiveFrame, LiveNeeds } from "../trpc/views.ts";

/** One event is a frame; a whole graph of the largest kind is far below this. */
const EVENT_CHARACTERS_MAX = 8_000_000;

export interface StreamRequest {
  /** The URL of the tRPC route. */
  readonly url: string;
  readonly needs: LiveNeeds;
  readonly lastEventId: string | null;
  readonly timelineAfterMs: number;
}

export interface StreamListener {
  /** Called when anything came, which shows that the gateway is there. */
  heard(): void;
  frame(frame: LiveFrame, id: string | null): void;
}

export interface Refusal {
  /** Null when the answer has none. */
  readonly code: string | null;
  readonly title: string;
  readonly cure: string;
}

/** Whether the person may no longer see what they could, or is somebody else, so that what came before is not for them. */
export function endsSight(refusal: Refusal | null): boolean {
  return refusal?.code === "UNAUTHENTICATED" || refusal?.code === "FORBIDDEN";
}

export type StreamEnd = { readonly kind: "ended" } | { readonly kind: "refused"; readonly refusal: Refusal };

export type OpenStream = (request: StreamRequest, listener: StreamListener, signal: AbortSignal) => Promise<StreamEnd>;

/** Rejects when nothing answers or the connection breaks. */
export const openStream: OpenStream = async ({ url, needs, lastEventId, timelineAfterMs }, listener, signal) => {
  const input = JSON.stringify({ ...needs, timelineAfterMs, ...(lastEventId === null ? {} : { lastEventId }) });
  const response = await fetch(`${url}/live.stream?input=${encodeURIComponent(input)}`, {
    headers: { accept: "text/event-stream" },
    cache: "no-store",
    signal,
  });
  if (!response.ok || response.body === null) return { kind: "refused", refusal: refusalOf(response.status, await response.text()) };
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { kind: "ended" };
    listener.heard();
    for (const event of parser.push(value)) {
      if (event.name === "serialized-error") return { kind: "refused", refusal: refusalOf(200, event.data) };
      if (event.name === "return") return { kind: "ended" };
      if (event.name === "") listener.frame(JSON.parse(event.data) as LiveFrame, event.id);
    }
  }
};

export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string | null;
}

/** Parses server-sent events from pieces of text that may end anywhere. */
export class EventParser {
  #rest = "";

  push(text: string): StreamEvent[] {
    const parts = (this.#rest + text).split(/\r?\n\r?\n/);
    this.#rest = parts.pop() ?? "";
    if (this.#rest.length > EVENT_CHARACTERS_MAX)
      throw new Error(`an event of the live stream has over ${EVENT_CHARACTERS_MAX} characters`);
    return parts.flatMap((part) => eventOf(part));
  }
}

function eventOf(part: string): StreamEvent[] {
  let name = "";
  let id: string | null = null;
  const data: string[] = [];
  for (const line of part.split(/\r?\n/)) {
    const at = line.indexOf(":");
    const value = line.slice(at + 1).replace(/^ /, "");
    if (line.startsWith("data:")) data.push(value);
    else if (line.startsWith("event:")) name = value;
    else if (line.startsWith("id:")) id = value;
  }
  return data.length === 0 && name === "" ? [] : [{ name, data: data.join("\n"), id }];
}

function refusalOf(status: number, body: string): Refusal {
  const problem = problemIn(body);
  return {
    code: problem?.["code"] ?? null,
    title: problem?.["title"] ?? `The gateway refused the live stream (status ${status})`,
    cure: problem?.["cure"] ?? problem?.["detail"] ?? "What is shown does not move. The console keeps trying.",
  };
}

/** Finds the problem in the gateway's error body, however deep tRPC or the HTTP API put it. */
function problemIn(body: string): Partial<Record<"code" | "title" | "cure" | "detail", string>> | undefined {
  const find = (value: unknown, depth: number): Partial<Record<string, string>> | undefined => {
    if (typeof value !== "object" || value === null || depth > 6) return undefined;
    if ("title" in value && typeof value.title === "string") return value as Partial<Record<string, string>>;
    for (const inner of Object.values(value)) {
      const found = find(inner, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  try {
    return find(JSON.parse(body), 0);
  } catch {
    return undefined;
  }
}
