import { describe, expect, it } from "vitest";
import type { ReproductionRow } from "../../trpc/views.ts";
import { cart, jsonValue, message, stock } from "../traces/test-records.ts";
import { exportReproduction, untestable } from "./export-reproduction.ts";
import { isOfUse, reproductionWords } from "./reproduction-words.ts";
import { en } from "../../words/reproduction/en.ts";

const failure = {
  code: "ENDPOINT_ERROR",
  scope: "suspect" as const,
  message: "status 500",
  cure: "c",
  raw: "RangeError: full\n    at put (tray.ts:1:1)",
};
const row: ReproductionRow = {
  address: cart,
  by: "mira",
  startedMs: 1,
  endedMs: 2,
  state: "found",
  bound: null,
  wanted: failure,
  until: null,
  got: failure,
  considered: 40,
  messages: [message(1, { caller: null, target: cart }, 1_000), message(7, { caller: stock, target: cart }, 1_500)],
  before: [{ name: "orders", value: jsonValue("shop/Orders", 4) }],
  beforeComplete: true,
  notes: [],
  tries: 20,
  calls: 300,
  callsMax: 2_000,
  bytesSent: 1,
  differsAt: null,
};

describe("a reproduction as a test", () => {
  it("gives the state before, calls for each message alone, and expects the function's own words", () => {
    const text = exportReproduction(row);
    expect(text).toContain(`test("shop/cart/bob fails: RangeError: full", async () => {`);
    expect(text).toContain(`given: [{ of: entity, state: { orders: text("shop/Orders", "4") } }],`);
    expect(text).toContain("Change this import: entities is a list of what entity() gave, with shop/cart in it.");
    expect(text.match(/await box\.settle\(\);/g)).toHaveLength(2);
    expect(text).toContain(`{ caller: { type: "shop/stock", id: "sku" } }`);
    expect(text).toContain(`expect(failed.status).toBe("parked");`);
    expect(text).toContain(`expect(failed.failure).toContain("RangeError: full");`);
  });
  it("names its gaps, and cannot end its own comment", () => {
    const text = exportReproduction({ ...row, state: "bounded", beforeComplete: false, notes: ["it begins after record 4 */"] });
    expect(text).toContain("Fewer may do");
    expect(text).toContain("There may have been values before");
    expect(text.split("*/")).toHaveLength(2);
  });
  it("is refused with a reason where a test cannot show it", () => {
    expect(untestable(row, en.test)).toBeNull();
    expect(untestable({ ...row, wanted: { ...failure, code: "UNKNOWN_EGRESS" } }, en.test)).toContain("modules declare");
    expect(untestable({ ...row, wanted: null, until: "state.total < 0" }, en.test)).toContain("does not know the condition");
    const masked = { ...jsonValue("shop/Orders", 4), masked: ["a"] };
    expect(untestable({ ...row, before: [{ name: "orders", value: masked }] }, en.test)).toContain("masked");
  });
});

describe("the words about a search", () => {
  it("claims nothing that was not shown", () => {
    const states = ["running", "found", "bounded", "not-reproduced", "unstable", "endpoint-away", "cancelled"] as const;
    expect(states.map((state) => reproductionWords({ ...row, state }, en.outcome).title)).toEqual([
      "Searching: 2 messages of 40 left",
      "2 messages of 40 make it fail",
      "2 messages of 40 make it fail, perhaps fewer",
      "Not reproduced in 20 tries",
      "The same messages fail only at times, in 20 tries",
      "The endpoint is away",
      "Cancelled: 2 messages of 40 left",
    ]);
    expect(states.filter((state) => isOfUse({ ...row, state }))).toEqual(["found", "bounded", "cancelled"]);
    // The search ended before the whole list had failed twice.
    expect(isOfUse({ ...row, state: "bounded", tries: 2 })).toBe(false);
  });
});
