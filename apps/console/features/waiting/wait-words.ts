/**
 * WaitWords: why something waits, as one sentence and the action that helps. One function serves every page: entities, mailboxes, traces,
 * failures, functions, overview. Pure: now is an argument. It covers all of the engine's reasons: a new one does not compile until it has
 * words.
 */
import { bytes, steadyRate } from "../../format/numbers.ts";
import { clock, relative, type AgeWords } from "../../format/times.ts";
import type { AddressView, FailureView, WaitReasonView } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { WaitingWords } from "../../words/waiting/en.ts";
import { breakpointsPath, leftOf } from "../breakpoints/breakpoint-words.ts";
import { saidIn } from "./said-in.ts";
import { entityHref } from "../entities/entity-href.ts";

export type WaitLever = { kind: "act"; action: "retry" | "resume"; label: string } | { kind: "link"; href: string; label: string };

export interface WaitWords {
  tone: Tone;
  /** The state in at most two words. */
  word: string;
  sentence: string;
  lever: WaitLever | null;
}

export interface WaitContext {
  address: AddressView;
  nowMs: number;
  words: WaitingWords;
  ages: AgeWords;
}

const NAMED_MAX = 2;

export function waitWords(reason: WaitReasonView, context: WaitContext): WaitWords {
  const { words } = context;
  switch (reason.kind) {
    case "behind": {
      const { endpoint, ahead, aheadAtLeast, inFlight, concurrencyLimit } = reason;
      const before = ahead === 0 ? words.next : words.behind(ahead, aheadAtLeast);
      return {
        tone: "message",
        word: words.words.turn,
        sentence: words.turn(before, endpoint, { inFlight, limit: concurrencyLimit }),
        lever: endpointLever(endpoint, words),
      };
    }
    case "in-flight":
      return {
        tone: "message",
        word: words.words.inFlight,
        sentence: words.attempt(reason.attempt, reason.endpoint, { messages: reason.messages, since: since(reason.sinceMs, context) }),
        lever: null,
      };
    case "loading":
      return { tone: "message", word: words.words.loading, sentence: words.loading, lever: null };
    case "on-disk":
      return {
        tone: "message",
        word: words.words.onDisk,
        sentence: words.onDisk(reason.messages, reason.type),
        lever: null,
      };
    case "not-durable":
      return {
        tone: "message",
        word: words.words.toDisk,
        sentence: words.notDurable,
        lever: null,
      };
    case "disk-behind":
      return {
        tone: "caution",
        word: words.words.diskBehind,
        sentence: words.diskBehind(bytes(reason.pendingBytes)),
        lever: null,
      };
    case "limit":
      return limitWords(reason, context);
    case "first-reply":
      return {
        tone: "message",
        word: words.words.firstCall,
        sentence: words.firstReply(reason.endpoint),
        lever: endpointLever(reason.endpoint, words),
      };
    case "held-back":
      return heldBackWords(reason, words);
    case "no-endpoint":
      return {
        tone: "caution",
        word: words.words.noEndpoint,
        sentence: words.noEndpoint(reason.type),
        lever: { kind: "link", href: `/functions/register?functions=${encodeURIComponent(reason.type)}`, label: words.levers.register },
      };
    case "draining":
      return { tone: "caution", word: words.words.stopping, sentence: words.draining, lever: null };
    default:
      return troubleWords(reason, context);
  }
}

function breakpointWords(
  { by, sinceMs, untilMs, unclear }: Extract<WaitReasonView, { kind: "breakpoint" }>,
  context: WaitContext,
): WaitWords {
  const { words } = context;
  const why = unclear === null ? "" : words.unclear(unclear);
  return {
    tone: "caution",
    word: words.words.breakpoint,
    sentence: words.breakpoint(by, since(sinceMs, context), {
      why,
      soon: soon(untilMs, context),
      at: clock(untilMs, false),
    }),
    lever: { kind: "link", href: breakpointsPath, label: words.levers.release },
  };
}

function heldBackWords({ by, messages, inFlightMax }: Extract<WaitReasonView, { kind: "held-back" }>, words: WaitingWords): WaitWords {
  return {
    tone: "caution",
    word: words.words.heldBack,
    sentence: words.heldBack(by, messages, inFlightMax),
    lever: null,
  };
}

type Trouble = Extract<
  WaitReasonView,
  { kind: "backing-off" | "breaker-open" | "probing" | "suspected" | "held-for-trial" | "paused" | "parked" | "breakpoint" }
>;

function troubleWords(reason: Trouble, context: WaitContext): WaitWords {
  const { nowMs, words, ages } = context;
  switch (reason.kind) {
    case "backing-off":
      return {
        tone: "caution",
        word: words.words.backingOff,
        sentence: words.failed(reason.attempt, because(reason.failure, words), {
          soon: soon(reason.untilMs, context),
          at: clock(reason.untilMs, false),
        }),
        lever: { kind: "act", action: "retry", label: words.levers.retry },
      };
    case "breaker-open":
    case "probing":
      return outageWords(reason, context);
    case "suspected":
      return {
        tone: "caution",
        word: words.words.triedAlone,
        sentence: words.suspected(reason.endpoint, reason.deaths, reason.alone),
        lever: endpointLever(reason.endpoint, words),
      };
    case "held-for-trial":
      return {
        tone: "caution",
        word: words.words.trial,
        sentence: words.trial(nameOf(reason.entity), reason.endpoint),
        lever: entityLever(reason.entity, words),
      };
    case "breakpoint":
      return breakpointWords(reason, context);
    case "paused":
      return {
        tone: "caution",
        word: words.words.paused,
        sentence: words.paused(relative(reason.sinceMs, nowMs, ages), endOf(reason.untilMs, context)),
        lever: { kind: "act", action: "resume", label: words.levers.resume },
      };
    case "parked":
      return {
        tone: "danger",
        word: words.words.parked,
        sentence: words.parked(reason.attempts, relative(reason.sinceMs, nowMs, ages), because(reason.failure, words)),
        lever: { kind: "act", action: "retry", label: words.levers.retry },
      };
  }
}

/** The limit is the module's, so the action is to change it there. */
function limitWords(reason: Extract<WaitReasonView, { kind: "limit" }>, context: WaitContext): WaitWords {
  const { nowMs, words } = context;
  const { limit, key, bound, untilMs, inFlight, pause } = reason;
  if (pause !== null) return pauseWords(pause, context);
  const whose = key === null ? "" : words.whose(key);
  const sentence =
    bound === "rate"
      ? words.limitRate(limit, steadyRate(reason.messagesPerSecond ?? 0), { whose, soon: soon(untilMs ?? nowMs, context) })
      : words.limitCalls(limit, reason.inFlightMax ?? 0, { whose, inFlight });
  return {
    tone: "message",
    word: words.words.limit,
    sentence,
    lever: { kind: "link", href: `/functions?${new URLSearchParams({ view: "limits", limit }).toString()}`, label: words.levers.limit },
  };
}

/** What is in flight ends, and a pause has a reason, so the action leads to where it is resumed. */
function pauseWords(
  { id, kind, functions, by, sinceMs, untilMs }: NonNullable<Extract<WaitReasonView, { kind: "limit" }>["pause"]>,
  context: WaitContext,
): WaitWords {
  const { nowMs, words, ages } = context;
  const what = kind === "endpoint" ? words.theEndpoint(functions) : functions;
  const view = kind === "endpoint" ? { view: "endpoints", endpoint: id.slice("endpoint:".length) } : { type: functions };
  return {
    tone: "caution",
    word: words.words.paused,
    sentence: words.typePaused(what, by, { since: relative(sinceMs, nowMs, ages), end: endOf(untilMs, context) }),
    lever: { kind: "link", href: `/functions?${new URLSearchParams(view).toString()}`, label: words.levers.paused },
  };
}

function endOf(untilMs: number | null, { nowMs, words }: WaitContext): string {
  return words.pauseEnds(untilMs === null ? words.untilResumed : words.goesOn(leftOf(untilMs, nowMs)));
}

/** A breaker that this entity alone opened is the entity's own trouble, and does not go away by itself. */
function outageWords(reason: Extract<Trouble, { kind: "breaker-open" | "probing" }>, context: WaitContext): WaitWords {
  const { address, words } = context;
  const { endpoint, openedBy, failure } = reason;
  if (failure?.code === "ENDPOINT_ASLEEP")
    return {
      tone: "message",
      word: words.words.asleep,
      sentence: words.asleep(endpoint, clock(reason.sinceMs, false)),
      lever: endpointLever(endpoint, words),
    };
  // When nothing answers there at all, the entity whose call found out is not to blame.
  const isDown = failure?.scope === "down";
  const own = !isDown && openedBy.some((one) => same(one, address));
  const others = isDown ? [] : openedBy.filter((one) => !same(one, address));
  const by = isDown ? "" : openedText({ own, others, openedBy }, words);
  const next =
    reason.kind === "breaker-open"
      ? words.probed(soon(reason.nextProbeMs, context))
      : reason.probe === null
        ? words.probingFirst
        : words.probingWith(same(reason.probe, address) ? words.thisEntity : nameOf(reason.probe));
  const [first] = others;
  return {
    tone: own && others.length === 0 ? "danger" : "caution",
    word: reason.kind === "probing" ? words.words.probing : isDown ? words.words.down : words.words.open,
    sentence: words.outage(
      `${isDown ? words.isDown(endpoint) : words.isOpen(endpoint)} ${since(reason.sinceMs, context)}${by}`,
      because(failure, words),
      next,
    ),
    lever: own || first === undefined ? endpointLever(endpoint, words) : entityLever(first, words),
  };
}

interface Opened {
  readonly own: boolean;
  readonly others: readonly AddressView[];
  readonly openedBy: readonly AddressView[];
}

function openedText({ own, others, openedBy }: Opened, words: WaitingWords): string {
  if (own) return others.length === 0 ? words.ownAlone : words.ownAnd(listed(others, words));
  return openedBy.length === 0 ? words.byOthers : words.byListed(listed(openedBy, words));
}

/** For an entity's own failure the function's words say most; for an endpoint both count: what the gateway met, and what was answered. */
function because(failure: FailureView | null, words: WaitingWords): string {
  if (failure === null) return "";
  const said = saidIn(failure);
  const parts = [words.means(failure.code, failure.message), said].filter(
    (part) => part !== "" && (part === said || said === "" || failure.scope !== "entity"),
  );
  return parts.map((part) => `: ${part.replace(/[.\s]+$/, "")}`).join("");
}

function soon(atMs: number, { nowMs, words, ages }: WaitContext): string {
  return atMs <= nowMs ? words.now : relative(atMs, nowMs, ages);
}

function since(atMs: number, { nowMs, words, ages }: WaitContext): string {
  return words.since(clock(atMs, false), relative(atMs, Math.max(atMs, nowMs), ages));
}

function listed(addresses: readonly AddressView[], words: WaitingWords): string {
  const named = addresses.slice(0, NAMED_MAX).map(nameOf).join(", ");
  const more = addresses.length - NAMED_MAX;
  return more > 0 ? words.andMore(named, more) : named;
}

function nameOf({ type, id }: AddressView): string {
  return `${type}/${id}`;
}

function same(left: AddressView, right: AddressView): boolean {
  return left.type === right.type && left.id === right.id;
}

function endpointLever(endpoint: string, { levers }: WaitingWords): WaitLever {
  const href = `/functions?${new URLSearchParams({ view: "endpoints", endpoint }).toString()}`;
  return { kind: "link", href, label: levers.endpoint };
}

function entityLever(address: AddressView, { levers }: WaitingWords): WaitLever {
  return { kind: "link", href: entityHref(address), label: levers.open(address.id) };
}
