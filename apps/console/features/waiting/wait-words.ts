/**
 * WaitWords: why something waits, as one sentence and the lever that helps. One function for every page: entities, mailboxes, traces, failures,
 * functions, overview. Pure: now is an argument. Closed over the engine's reasons: a new one does not compile until it has words.
 */
import { bytes, counted, grouped } from "../../format/numbers.ts";
import { clock, relative } from "../../format/times.ts";
import type { AddressView, WaitReasonView } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import { breakpointsPath, leftOf } from "../breakpoints/breakpoint-words.ts";
import { entityHref } from "../entities/entity-href.ts";

export type WaitLever = { kind: "act"; action: "retry" | "resume"; label: string } | { kind: "link"; href: string; label: string };

export interface WaitWords {
  tone: Tone;
  /** The state in two words at the most. */
  word: string;
  sentence: string;
  lever: WaitLever | null;
}

export interface WaitContext {
  address: AddressView;
  nowMs: number;
}

const NAMED_MAX = 2;

export function waitWords(reason: WaitReasonView, { address, nowMs }: WaitContext): WaitWords {
  switch (reason.kind) {
    case "behind": {
      const { endpoint, ahead, aheadAtLeast, inFlight, concurrencyLimit } = reason;
      const before =
        ahead === 0
          ? "It is next"
          : `Behind ${aheadAtLeast ? "at least " : ""}${counted(ahead, "entity of its type", "entities of its type")}`;
      return {
        tone: "message",
        word: "its turn",
        sentence: `${before}: ${grouped(inFlight)} of the ${counted(concurrencyLimit, "call", "calls")} that ${endpoint} may have at once are under way.`,
        lever: endpointLever(endpoint),
      };
    }
    case "in-flight":
      return {
        tone: "message",
        word: "in flight",
        sentence: `Attempt ${reason.attempt} runs at ${reason.endpoint} with ${counted(reason.messages, "message", "messages")}, ${since(reason.sinceMs, nowMs)}.`,
        lever: null,
      };
    case "loading":
      return { tone: "message", word: "loading", sentence: "Its state or its messages are being read from disk.", lever: null };
    case "on-disk":
      return {
        tone: "message",
        word: "on disk",
        sentence: `What waits for it is on disk until its turn comes, as are ${counted(reason.messages, "message", "messages")} of ${reason.type}.`,
        lever: null,
      };
    case "not-durable":
      return {
        tone: "message",
        word: "to disk",
        sentence: "Its messages are not on disk yet, and its endpoint wants only what is.",
        lever: null,
      };
    case "disk-behind":
      return {
        tone: "caution",
        word: "disk behind",
        sentence: `The disk takes less than the functions write: ${bytes(reason.pendingBytes)} are on their way to it, and nothing is sent until an epoch is there.`,
        lever: null,
      };
    case "limit":
      return limitWords(reason, nowMs);
    case "first-reply":
      return {
        tone: "message",
        word: "first call",
        sentence: `The first call of its type runs at ${reason.endpoint}: the reply tells which states the function has.`,
        lever: endpointLever(reason.endpoint),
      };
    case "held-back":
      return heldBackWords(reason);
    case "no-endpoint":
      return {
        tone: "caution",
        word: "no endpoint",
        sentence: `No endpoint serves ${reason.type}. Its messages are kept.`,
        lever: { kind: "link", href: `/functions/register?functions=${encodeURIComponent(reason.type)}`, label: "Register an endpoint" },
      };
    case "draining":
      return { tone: "caution", word: "stopping", sentence: "The gateway is stopping: it goes on after the next start.", lever: null };
    default:
      return troubleWords(reason, { address, nowMs });
  }
}

function breakpointWords({ by, sinceMs, untilMs, unclear }: Extract<WaitReasonView, { kind: "breakpoint" }>, nowMs: number): WaitWords {
  const why = unclear === null ? "" : ` Whether its first message fits the condition cannot be told: ${unclear}.`;
  return {
    tone: "caution",
    word: "breakpoint",
    sentence: `Held at the breakpoint that ${by} set, ${since(sinceMs, nowMs)}.${why} It goes on by itself ${soon(untilMs, nowMs)}, at ${clock(untilMs, false)}.`,
    lever: { kind: "link", href: breakpointsPath, label: "Step or release" },
  };
}

function heldBackWords({ by, messages, inFlightMax }: Extract<WaitReasonView, { kind: "held-back" }>): WaitWords {
  return {
    tone: "caution",
    word: "held back",
    sentence: `Held back because ${by} is full: ${counted(messages, "message", "messages")} for it wait on disk, so ${counted(inFlightMax, "call", "calls")} of this type may run at once until these are done.`,
    lever: null,
  };
}

type Trouble = Extract<
  WaitReasonView,
  { kind: "backing-off" | "breaker-open" | "probing" | "suspected" | "held-for-trial" | "paused" | "parked" | "breakpoint" }
>;

function troubleWords(reason: Trouble, { address, nowMs }: WaitContext): WaitWords {
  switch (reason.kind) {
    case "backing-off":
      return {
        tone: "caution",
        word: "backing off",
        sentence: `Attempt ${reason.attempt} failed${because(reason.failure)}. The next starts ${soon(reason.untilMs, nowMs)}, at ${clock(reason.untilMs, false)}.`,
        lever: { kind: "act", action: "retry", label: "Retry now" },
      };
    case "breaker-open":
    case "probing":
      return outageWords(reason, { address, nowMs });
    case "suspected":
      return {
        tone: "caution",
        word: "tried alone",
        sentence: `It was in flight when the process at ${reason.endpoint} died, ${counted(reason.deaths, "time", "times")}: it is tried ${reason.alone ? "with nothing else in flight" : "with no other such one in flight"}.`,
        lever: endpointLever(reason.endpoint),
      };
    case "held-for-trial":
      return {
        tone: "caution",
        word: "held for a trial",
        sentence: `${nameOf(reason.entity)} may kill the process at ${reason.endpoint} and is tried alone; all others go on after that call.`,
        lever: entityLever(reason.entity),
      };
    case "breakpoint":
      return breakpointWords(reason, nowMs);
    case "paused":
      return {
        tone: "caution",
        word: "paused",
        sentence: `Paused by a person ${relative(reason.sinceMs, nowMs)}, ${endOf(reason.untilMs, nowMs)}`,
        lever: { kind: "act", action: "resume", label: "Resume" },
      };
    case "parked":
      return {
        tone: "danger",
        word: "parked",
        sentence: `Parked after ${counted(reason.attempts, "attempt", "attempts")}, ${relative(reason.sinceMs, nowMs)}${because(reason.failure)}. It waits for a person; its messages are kept in order.`,
        lever: { kind: "act", action: "retry", label: "Retry now" },
      };
  }
}

/** The bound is the module's; what helps is to change it there. */
function limitWords(reason: Extract<WaitReasonView, { kind: "limit" }>, nowMs: number): WaitWords {
  const { limit, key, bound, untilMs, inFlight, pause } = reason;
  if (pause !== null) return pauseWords(pause, nowMs);
  const whose = key === null ? "" : ` for ${key}`;
  const sentence =
    bound === "rate"
      ? `The limit ${limit} lets ${perSecond(reason.messagesPerSecond ?? 0)}${whose} start: the next may ${soon(untilMs ?? nowMs, nowMs)}.`
      : `The limit ${limit} lets ${counted(reason.inFlightMax ?? 0, "call", "calls")}${whose} run at once, and ${inFlight === 1 ? "one runs" : `${grouped(inFlight)} run`}.`;
  return {
    tone: "message",
    word: "limit",
    sentence,
    lever: { kind: "link", href: `/functions?${new URLSearchParams({ view: "limits", limit }).toString()}`, label: "Look at the limit" },
  };
}

/** What is in flight ends, and whoever pauses has a reason: the lever is where it is resumed. */
function pauseWords(
  { id, kind, functions, by, sinceMs, untilMs }: NonNullable<Extract<WaitReasonView, { kind: "limit" }>["pause"]>,
  nowMs: number,
): WaitWords {
  const what = kind === "endpoint" ? `The endpoint ${functions}` : functions;
  const view = kind === "endpoint" ? { view: "endpoints", endpoint: id.slice("endpoint:".length) } : { type: functions };
  return {
    tone: "caution",
    word: "paused",
    sentence: `${what} is paused by ${by}, ${relative(sinceMs, nowMs)}, ${endOf(untilMs, nowMs)}`,
    lever: { kind: "link", href: `/functions?${new URLSearchParams(view).toString()}`, label: "Look at what is paused" },
  };
}

function endOf(untilMs: number | null, nowMs: number): string {
  const end = untilMs === null ? "until somebody resumes it" : `and goes on by itself in ${leftOf(untilMs, nowMs)}`;
  return `${end}. Its messages are kept in order.`;
}

function perSecond(rate: number): string {
  return `${rate === 1 ? "one message" : `${grouped(rate)} messages`} a second`;
}

/** A breaker that this entity opened alone is its own trouble, not one that goes away by itself. */
function outageWords(reason: Extract<Trouble, { kind: "breaker-open" | "probing" }>, { address, nowMs }: WaitContext): WaitWords {
  const { endpoint, openedBy, failure } = reason;
  if (failure?.code === "ENDPOINT_ASLEEP")
    return {
      tone: "message",
      word: "asleep",
      sentence: `${endpoint} is scaled to zero; it is being woken since ${clock(reason.sinceMs, false)}, and then this goes on.`,
      lever: endpointLever(endpoint),
    };
  // Nothing answers there at all: whose call found out says nothing of that entity.
  const isDown = failure?.scope === "down";
  const own = !isDown && openedBy.some((one) => same(one, address));
  const others = isDown ? [] : openedBy.filter((one) => !same(one, address));
  const by = isDown
    ? ""
    : own && others.length === 0
      ? ", opened by its own calls alone"
      : own
        ? `, opened by its own calls and those of ${listed(others)}`
        : openedBy.length === 0
          ? ", opened by calls of others"
          : `, opened by calls of ${listed(openedBy)}`;
  const next =
    reason.kind === "breaker-open"
      ? `Probed ${soon(reason.nextProbeMs, nowMs)}`
      : reason.probe === null
        ? "Probing now with the first call that can be sent"
        : `Probing now with the call of ${same(reason.probe, address) ? "this entity" : nameOf(reason.probe)}`;
  const [first] = others;
  return {
    tone: own && others.length === 0 ? "danger" : "caution",
    word: reason.kind === "probing" ? "probing" : isDown ? "endpoint down" : "breaker open",
    sentence: `${isDown ? `${endpoint} is down` : `The breaker of ${endpoint} is open`} ${since(reason.sinceMs, nowMs)}${by}${because(failure)}. ${next}; any answer of the function lets all go on.`,
    lever: own || first === undefined ? endpointLever(endpoint) : entityLever(first),
  };
}

function because(failure: { code: string; message: string } | null): string {
  return failure === null ? "" : `: ${failure.message.replace(/[.\s]+$/, "")}`;
}

function soon(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? "now" : relative(atMs, nowMs);
}

function since(atMs: number, nowMs: number): string {
  return `since ${clock(atMs, false)}, ${relative(atMs, Math.max(atMs, nowMs))}`;
}

function listed(addresses: readonly AddressView[]): string {
  const named = addresses.slice(0, NAMED_MAX).map(nameOf).join(", ");
  const more = addresses.length - NAMED_MAX;
  return more > 0 ? `${named} and ${grouped(more)} more` : named;
}

function nameOf({ type, id }: AddressView): string {
  return `${type}/${id}`;
}

function same(left: AddressView, right: AddressView): boolean {
  return left.type === right.type && left.id === right.id;
}

function endpointLever(endpoint: string): WaitLever {
  const href = `/functions?${new URLSearchParams({ view: "endpoints", endpoint }).toString()}`;
  return { kind: "link", href, label: "Look at the endpoint" };
}

function entityLever(address: AddressView): WaitLever {
  return { kind: "link", href: entityHref(address), label: `Open ${address.id}` };
}
