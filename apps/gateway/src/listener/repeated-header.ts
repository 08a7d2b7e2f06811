/**
 * repeatedHeader: refuses a request that repeats a header that may occur once: who asks, by which name, how the body is read, what makes it
 * a repeat. node:http takes the first of some headers and joins others with commas, so a proxy in between could have checked another value
 * than we act on.
 * Neighbours: server.ts and the ports of the playground ask for every request; fast-path-parser.ts leaves such requests to node:http;
 * webhooks ask for the headers that their module names.
 */
import type { IncomingMessage } from "node:http";
import { GatewayError } from "../contract/problem.ts";

const singleNames = ["Host", "Authorization", "Content-Type", "Content-Encoding", "Idempotency-Key", "If-Match"] as const;
const singles: ReadonlyMap<string, string> = new Map(singleNames.map((name) => [name.toLowerCase(), name]));
/** The length alone rules out most other headers. */
const singleLengths: ReadonlySet<number> = new Set(singleNames.map(({ length }) => length));

type Headers = Pick<IncomingMessage, "rawHeaders">;

/** Returns the refusal, or undefined. */
export function repeatedHeader({ rawHeaders }: Headers): GatewayError | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const written = rawHeaders[index] ?? "";
    if (!singleLengths.has(written.length)) continue;
    const name = singles.get(written.toLowerCase());
    if (name === undefined) continue;
    if (seen.has(name)) return saidTwice(name);
    seen.add(name);
  }
  return undefined;
}

/** Checks a header that a module names; `name` is in lower case. */
export function mustBeSingle({ rawHeaders }: Headers, name: string): void {
  const times = rawHeaders.filter((written, index) => index % 2 === 0 && written.toLowerCase() === name).length;
  if (times > 1) throw saidTwice(name);
}

function saidTwice(name: string): GatewayError {
  return new GatewayError("INVALID_REQUEST", { detail: `The request has more than one ${name} header.`, where: name, cure: "Send one." });
}
