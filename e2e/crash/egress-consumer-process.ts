/**
 * A consumer of egress records as users write them, in a process of its own that the crash run kills: it appends records to a file
 * (its database), then acknowledges them, and goes on after the last line of the file when it starts. What it reads once more because
 * the acknowledgement did not come through must be the very same record; otherwise it notes so in the file.
 * Arguments: the gateway's URL, the file, an egress id, and "lose-record" to plant that fault.
 */
import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { EgressRecord } from "../stack/api.ts";

/** One line of the file: a record as it came, or a note of what is wrong. */
export type ConsumerLine = EgressRecord | { readonly wrong: string };

const [url = "", file = "", egress = "", plant = ""] = process.argv.slice(2);
const recordsPerRead = 200;
const linesRememberedMax = 5000;
const idleMs = 50;
const answerWaitMsMax = 3000;
const written = new Map<number, string>();
let last = 0;
let loseNext = plant === "lose-record";

function load(): void {
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  const whole = text.lastIndexOf("\n") + 1;
  if (whole < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, whole)));
  for (const line of text.slice(0, whole).split("\n").slice(-linesRememberedMax)) {
    if (line === "") continue;
    const parsed = JSON.parse(line) as ConsumerLine;
    if ("sequence" in parsed) remember(parsed.sequence, line);
  }
}

function remember(sequence: number, line: string): void {
  written.set(sequence, line);
  last = Math.max(last, sequence);
  const oldest = written.keys().next().value;
  if (written.size > linesRememberedMax && oldest !== undefined) written.delete(oldest);
}

/** Reads from the start of the outbox, not after `last`: acknowledged records are gone, and the rest must be known or new. */
async function step(): Promise<number> {
  const signal = AbortSignal.timeout(answerWaitMsMax);
  const response = await fetch(`${url}/v1/egresses/${egress}?limit=${recordsPerRead}`, { signal });
  if (!response.ok) throw new Error(`reading ${egress}: ${response.status} ${await response.text()}`);
  const reply = (await response.json()) as { records: EgressRecord[] };
  let lines = "";
  for (const record of reply.records) {
    const { sequence } = record;
    const line = JSON.stringify(record);
    if (sequence > last) {
      if (!loseNext) lines += `${line}\n`;
      loseNext = false;
      remember(sequence, line);
    } else if (written.get(sequence) !== line) {
      lines += `${JSON.stringify({ wrong: `record ${sequence} came again as ${line}, was ${written.get(sequence) ?? "unknown"}` })}\n`;
    }
  }
  if (lines !== "") appendFileSync(file, lines);
  if (reply.records.length === 0) return 0;
  const acknowledged = await fetch(`${url}/v1/egresses/${egress}?through=${last}`, { method: "DELETE", signal });
  if (!acknowledged.ok) throw new Error(`acknowledging ${egress}: ${acknowledged.status} ${await acknowledged.text()}`);
  return reply.records.length;
}

load();
for (;;) {
  // This consumer has to live with a gateway that is down, so it asks again.
  const records = await step().catch((error: unknown) => {
    console.error(String(error));
    return 0;
  });
  if (records === 0) await delay(idleMs);
}
