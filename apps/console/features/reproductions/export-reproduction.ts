/**
 * exportReproduction: writes the fewest messages that make a function fail, as a test that passes while it does. Pure.
 */
import type { ReproductionRow } from "../../trpc/views.ts";
import { quoted } from "../traces/test-text.ts";
import { caseText, recordedWhen } from "./case-text.ts";
import type { ReproductionWords } from "../../words/reproduction/en.ts";

type TestWords = ReproductionWords["test"];

/** The gateway's own findings that a test does not have, because in it every type and egress exists. */
const notInTests: ReadonlySet<string> = new Set(["UNKNOWN_EGRESS", "UNKNOWN_FUNCTION_TYPE", "TOO_MANY_TYPES"]);

/** Returns why there can be no test of it; null when there can. */
export function untestable({ wanted, messages, before }: ReproductionRow, words: TestWords): string | null {
  if (wanted === null) return words.noCondition;
  if (notInTests.has(wanted.code)) return words.noModules;
  const values = [...messages, ...before].map(({ value }) => value);
  return values.some(({ masked }) => masked !== undefined) ? words.masked : null;
}

export function exportReproduction({ address, messages, before, beforeComplete, wanted, notes, state }: ReproductionRow): string {
  const said = saidBy(wanted);
  return caseText({
    about: [
      `${messages.length === 1 ? "One message makes" : `${messages.length} messages make`} ${address.type}/${address.id} fail, ${recordedWhen(messages)}. Exported by Signalbox; yours to change.`,
      `It holds while the function fails: turn its last lines round with the mend.`,
      ...(state === "found" ? [] : ["Fewer may do: the search did not come to its end."]),
      ...notes.map((note) => `Of what was recorded: ${note}.`),
      ...(beforeComplete ? [] : ["There may have been values before that the journal does not tell of."]),
    ],
    name: `${address.type}/${address.id} fails${said === "" ? "" : `: ${said}`}`,
    address,
    before,
    calls: messages.map((message) => [message]),
    expected: [
      `  const failed = await box.entity(entity);`,
      `  expect(failed.status).toBe("parked");`,
      ...(said === "" ? [] : [`  expect(failed.failure).toContain(${quoted(said)});`]),
    ],
  });
}

/** Returns the first line of the function's own text; empty when there is none. */
function saidBy(wanted: ReproductionRow["wanted"]): string {
  const { raw = null, code = "" } = wanted ?? {};
  return raw === null || (code !== "ENDPOINT_ERROR" && code !== "REJECTED") ? "" : (raw.trim().split("\n", 1)[0]?.slice(0, 200) ?? "");
}
