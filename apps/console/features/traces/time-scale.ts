/**
 * TimeScale: where a moment of a trace is on its axis. Long stretches in which nothing happened are shortened to the same small width each,
 * so that a call of 3 ms is visible beside a wait of 30 s; their true length is written over them. Pure.
 * Guarantee: moments keep their order, and within a stretch that is not cut, distances are true.
 */
export interface Cut {
  fromMs: number;
  toMs: number;
  /** Its place, as shares of the axis. */
  from: number;
  to: number;
}

export interface Tick {
  share: number;
  /** The time since the beginning. */
  ms: number;
  /** Whether it stays where the axis is narrow. */
  first: boolean;
}

export interface TimeScale {
  share(ms: number): number;
  cuts: readonly Cut[];
  ticks: readonly Tick[];
}

interface Span {
  fromMs: number;
  toMs: number;
}

const CUTS_MAX = 6;
const CUT_SHARE = 0.07;
/** A quiet stretch is cut when it takes more than this share of what is left. */
const CUT_FROM_SHARE = 0.3;
const CUT_FROM_MS = 15;
const TICK_GAP_MIN = 0.13;
const TICK_GAP_NARROW = 0.36;

/** `busy` lists when something happened. */
export function timeScale(busy: readonly Span[], whole: Span, { shorten }: { shorten: boolean }): TimeScale {
  const spanMs = Math.max(1, whole.toMs - whole.fromMs);
  const cutSpans = shorten ? cutsOf(busy, { ...whole, toMs: whole.fromMs + spanMs }) : [];
  const cutMs = cutSpans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const perMs = (1 - cutSpans.length * CUT_SHARE) / Math.max(1, spanMs - cutMs);
  const share = (ms: number): number => {
    let at = 0;
    let fromMs = whole.fromMs;
    for (const cut of cutSpans) {
      if (ms <= cut.fromMs) break;
      at += (cut.fromMs - fromMs) * perMs;
      if (ms < cut.toMs) return clamp(at + ((ms - cut.fromMs) / (cut.toMs - cut.fromMs)) * CUT_SHARE);
      at += CUT_SHARE;
      fromMs = cut.toMs;
    }
    return clamp(at + (ms - fromMs) * perMs);
  };
  const cuts = cutSpans.map((cut) => ({ ...cut, from: share(cut.fromMs), to: share(cut.toMs) }));
  return { share, cuts, ticks: ticksOf(share, { whole: { fromMs: whole.fromMs, toMs: whole.fromMs + spanMs }, cuts }) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function cutsOf(busy: readonly Span[], whole: Span): Span[] {
  let leftMs = whole.toMs - whole.fromMs;
  const cuts: Span[] = [];
  for (const gap of gapsOf(busy, whole).toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))) {
    const gapMs = gap.toMs - gap.fromMs;
    if (cuts.length >= CUTS_MAX || gapMs < CUT_FROM_MS || gapMs < leftMs * CUT_FROM_SHARE) break;
    cuts.push(gap);
    leftMs -= gapMs;
  }
  return cuts.toSorted((a, b) => a.fromMs - b.fromMs);
}

/** A little of the quiet stays at both ends of a cut, so that what ends before it does not touch it. */
function gapsOf(busy: readonly Span[], whole: Span): Span[] {
  const gaps: Span[] = [];
  let untilMs = whole.fromMs;
  for (const { fromMs, toMs } of [...busy, { fromMs: whole.toMs, toMs: whole.toMs }].toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs - untilMs > 2) gaps.push({ fromMs: untilMs + 1, toMs: fromMs - 1 });
    untilMs = Math.max(untilMs, toMs);
  }
  return gaps;
}

function ticksOf(share: TimeScale["share"], { whole, cuts }: { whole: Span; cuts: readonly Cut[] }): Tick[] {
  const wanted = [whole.fromMs, ...cuts.map(({ toMs }) => toMs)];
  const edges = [...wanted, whole.toMs];
  for (const [index, fromMs] of wanted.entries()) {
    const toMs = cuts[index]?.fromMs ?? edges.at(-1) ?? fromMs;
    const stepMs = niceStep((toMs - fromMs) / Math.max(1, Math.floor((share(toMs) - share(fromMs)) / 0.2)));
    for (let ms = fromMs + stepMs; ms <= toMs && stepMs > 0; ms += stepMs) edges.push(ms);
  }
  const ticks: Tick[] = [];
  // The time of what begins after a cut says more than a round number beside it.
  for (const ms of [...wanted, ...edges]) {
    const at = share(ms);
    if (at <= 0.94 && ticks.every((tick) => Math.abs(tick.share - at) >= TICK_GAP_MIN))
      ticks.push({
        share: at,
        ms: ms - whole.fromMs,
        first: ticks.every((tick) => !tick.first || Math.abs(tick.share - at) >= TICK_GAP_NARROW),
      });
  }
  return ticks.toSorted((a, b) => a.share - b.share);
}

function niceStep(ms: number): number {
  if (ms <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(ms));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= ms) ?? 10;
  return nice * power;
}
