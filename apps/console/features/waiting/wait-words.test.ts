import { describe, expect, it } from "vitest";
import type { FailureView, WaitReasonView } from "../../trpc/views.ts";
import { englishAges } from "../../format/times.ts";
import { en } from "../../words/waiting/en.ts";
import { waitWords } from "./wait-words.ts";

const nowMs = new Date(2026, 10, 27, 22, 50, 0).getTime();
const address = { type: "shop/pay", id: "o-1" };
const failure: FailureView = { code: "ENDPOINT_ERROR", scope: "suspect", message: "the function answered 500.", cure: "", raw: null };
const words = (reason: WaitReasonView) => waitWords(reason, { address, nowMs, words: en, ages: englishAges });

describe("why it waits", () => {
  it("says how many are before it and how many calls are under way", () => {
    const reason = { kind: "behind", endpoint: "shop/*", ahead: 12, aheadAtLeast: true, inFlight: 8, concurrencyLimit: 8 } as const;
    expect(words(reason).sentence).toBe(
      "Behind at least 12 entities of its type: 8 of the 8 calls that shop/* may have at once are under way.",
    );
  });

  it("says when the next attempt starts, what failed, and offers to try now", () => {
    const said = words({ kind: "backing-off", untilMs: nowMs + 7_000, attempt: 3, failure });
    expect(said.sentence).toBe("Attempt 3 failed: the function answered 500. The next starts in 7 s, at 22:50:07.");
    expect(said.lever).toEqual({ kind: "act", action: "retry", label: "Retry now" });
  });

  it("says who set the breakpoint that holds it, until when, and where it is let through", () => {
    const said = words({
      kind: "breakpoint",
      breakpoint: "shop/pay~1",
      by: "ada",
      sinceMs: nowMs - 60_000,
      untilMs: nowMs + 7_000,
      unclear: null,
    });
    expect(said.sentence).toMatch(/^Held at the breakpoint that ada set, since 22:49:00, .*\. It goes on by itself in 7 s, at 22:50:07\.$/);
    expect(said.lever).toEqual({ kind: "link", href: "/flow/breakpoints", label: "Step or release" });
  });

  it("does not call an entity's own poison a passing trouble of others", () => {
    const outage = { endpoint: "shop/*", sinceMs: nowMs - 60_000, failure, nextProbeMs: nowMs + 7_000 };
    const own = words({ kind: "breaker-open", ...outage, openedBy: [address] });
    expect(own).toMatchObject({ tone: "danger", word: "breaker open" });
    expect(own.sentence).toContain("opened by its own calls alone: the function answered 500. Probed in 7 s");
    const others = [
      { type: "shop/pay", id: "o-2" },
      { type: "shop/pay", id: "o-3" },
      { type: "shop/pay", id: "o-4" },
    ];
    const foreign = words({ kind: "breaker-open", ...outage, openedBy: others });
    expect(foreign.sentence).toContain("by calls of shop/pay/o-2, shop/pay/o-3 and 1 more");
    expect(foreign.lever).toEqual({ kind: "link", href: "/entities/shop/pay/o-2", label: "Open o-2" });
  });

  it("says of an endpoint where nothing answers that it is down, whichever entity called first", () => {
    const refused = { ...failure, code: "ENDPOINT_REFUSED", scope: "down", message: "nothing accepts connections" } as const;
    const said = words({
      kind: "breaker-open",
      endpoint: "mail/*",
      sinceMs: nowMs,
      failure: refused,
      nextProbeMs: nowMs + 2_000,
      openedBy: [address],
    });
    expect(said).toMatchObject({ tone: "caution", word: "endpoint down" });
    expect(said.sentence).toContain("nothing accepts connections. Probed in 2 s; any answer of the function lets all go on.");
  });

  it("says which limit holds, for which key, and when the next call may start", () => {
    const limit = {
      kind: "limit",
      limit: "shop/tenants",
      module: "shop",
      key: "acme",
      messagesPerSecond: 50,
      inFlight: 1,
      inFlightMax: 4,
      pause: null,
    } as const;
    const byRate = words({ ...limit, bound: "rate", untilMs: nowMs + 2_000 });
    expect(byRate.sentence).toBe("The limit shop/tenants lets 50 messages a second for acme start: the next may in 2 s.");
    const slow = words({ ...limit, key: null, bound: "rate", messagesPerSecond: 1 / 600, untilMs: nowMs + 420_000 });
    expect(slow.sentence).toBe("The limit shop/tenants lets 6 messages an hour start: the next may in 7 min.");
    expect(byRate.lever).toEqual({ kind: "link", href: "/functions?view=limits&limit=shop%2Ftenants", label: "Look at the limit" });
    expect(words({ ...limit, key: null, bound: "in-flight", untilMs: null }).sentence).toBe(
      "The limit shop/tenants lets 4 calls run at once, and one runs.",
    );
  });

  it("counts down to the end of its pause, or says that a person ends it", () => {
    const paused = { kind: "paused", sinceMs: nowMs - 60_000 } as const;
    expect(words({ ...paused, untilMs: nowMs + 65_000 }).sentence).toContain(
      "and goes on by itself in 1:05. Its messages are kept in order.",
    );
    expect(words({ ...paused, untilMs: null }).sentence).toContain("until somebody resumes it.");
  });

  it("says who paused its type or its endpoint, and when it goes on", () => {
    const limit = { kind: "limit", limit: "pause", module: "", key: null, bound: "in-flight", messagesPerSecond: null } as const;
    const pause = { by: "ada", sinceMs: nowMs - 60_000 } as const;
    const counts = { untilMs: null, inFlight: 1, inFlightMax: 0 };
    const type = words({
      ...limit,
      ...counts,
      pause: { ...pause, id: "function:shop/cart", kind: "function", functions: "shop/cart", untilMs: nowMs + 2_000 },
    });
    expect(type.sentence).toContain("shop/cart is paused by ada, ");
    expect(type.sentence).toContain("and goes on by itself in 0:02. Its messages are kept in order.");
    const endpoint = words({
      ...limit,
      ...counts,
      pause: { ...pause, id: "endpoint:shop/*", kind: "endpoint", functions: "shop/*", untilMs: null },
    });
    expect(endpoint.sentence).toContain("until somebody resumes it");
    expect(endpoint.lever).toMatchObject({ href: "/functions?view=endpoints&endpoint=shop%2F*" });
  });

  it("says which entity's call probes", () => {
    const outage = { endpoint: "shop/*", sinceMs: nowMs, failure: null, openedBy: [] };
    expect(words({ kind: "probing", ...outage, probe: address }).sentence).toContain("Probing now with the call of this entity");
    expect(words({ kind: "probing", ...outage, probe: null }).sentence).toContain("the first call that can be sent");
  });

  it("leads to the registration where no endpoint serves the type", () => {
    expect(words({ kind: "no-endpoint", type: "shop/pay" }).lever).toEqual({
      kind: "link",
      href: "/functions/register?functions=shop%2Fpay",
      label: "Register an endpoint",
    });
  });

  it("keeps a parked entity for a person, with its cause and lever", () => {
    const said = words({ kind: "parked", sinceMs: nowMs - 120_000, attempts: 3, failure });
    expect(said.sentence).toBe(
      "Parked after 3 attempts, 2 min ago: the function answered 500. It waits for a person; its messages are kept in order.",
    );
    expect(said.lever?.kind).toBe("act");
  });

  it("shows the function's own words behind the gateway's, and leaves out a page of a proxy", () => {
    const parked = (raw: string) => words({ kind: "parked", sinceMs: nowMs - 120_000, attempts: 1, failure: { ...failure, raw } }).sentence;
    expect(parked("TypeError: no price\n    at take (charge.js:3:1)")).toContain(
      "the function answered 500: TypeError: no price. It waits",
    );
    const own = { ...failure, scope: "entity", raw: "no price for lamp" } as const;
    expect(words({ kind: "parked", sinceMs: nowMs - 120_000, attempts: 1, failure: own }).sentence).toContain(
      "2 min ago: no price for lamp. It waits",
    );
    expect(parked("<html><body>Bad gateway</body></html>")).toContain("the function answered 500. It waits");
  });
});
