/**
 * Target mcp: what an assistant may send to /mcp: calls of each tool with inputs drawn from the operation's own schema and changed, other
 * methods of the protocol, batches, and JSON that is none of them. The answer is one of the protocol or a problem; what a tool refuses has
 * code and cure, so that the assistant can correct itself; nothing gets into the log. Neighbour: trpc.ts (the same operations, the
 * console's door).
 */
import fc from "fast-check";
import { nothing } from "../../../apps/gateway/src/contract/operation.ts";
import { mcpTools } from "../../../apps/gateway/src/surfaces/mcp/mcp-tools.ts";
import { edited, edits, oddTexts } from "../bytes.ts";
import { must, mustBeCoded, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { openGatewayDoor, type GatewayDoor } from "../gateway-door.ts";
import { exchange, mustExplain, type HttpAnswer } from "../http-exchange.ts";
import { inputOf, type Schema } from "../zod-arbitrary.ts";
import { demosThatStartNothing, fieldWords } from "./trpc.ts";

export interface McpCase {
  /** JSON text, or a part of it. */
  readonly body: string;
  readonly accept: string;
  readonly version: string;
}

const odd = fc.constantFrom<unknown>(...oddTexts, null, 0, -1, [], {}, true);
const id = fc.oneof({ weight: 8, arbitrary: fc.constantFrom<unknown>(1, "a") }, odd);
const called = fc.constantFrom(...mcpTools).chain(({ name, operation, form }) => {
  const input = operation.input === nothing || form !== undefined ? fc.object() : inputOf(operation.input as unknown as Schema, fieldWords);
  return fc.record({ name: fc.constant<unknown>(name), arguments: input });
});
const strange = fc.record({ name: odd, arguments: odd }, { requiredKeys: [] });
const version = fc.constantFrom("2025-06-18", "2025-03-26", "2026-01-01", "x");
const greeting = fc.record({ protocolVersion: version, capabilities: fc.object(), clientInfo: fc.object() }, { requiredKeys: [] });
const request = (method: fc.Arbitrary<unknown>, params: fc.Arbitrary<unknown>) =>
  fc.record({ jsonrpc: fc.constantFrom<unknown>("2.0", "2.0", "2.0", "1.0", 2), id, method, params }, { requiredKeys: ["method"] });
const methods = ["tools/list", "ping", "resources/list", "prompts/get", "notifications/cancelled", "completion/complete", "tools/call"];
const message = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ jsonrpc: fc.constant("2.0"), id: fc.constant(1), method: fc.constant("tools/call"), params: called }),
  },
  { weight: 2, arbitrary: request(fc.constant("tools/call"), fc.oneof(called, strange)) },
  request(fc.constant("initialize"), fc.oneof(greeting, odd)),
  request(fc.oneof(fc.constantFrom<unknown>(...methods), odd), fc.oneof(fc.object(), odd)),
);
const whole = fc
  .oneof({ weight: 20, arbitrary: message }, fc.array(message, { maxLength: 4 }), fc.jsonValue())
  .map((one) => JSON.stringify(one));
const changed = fc.tuple(whole, edits).map(([text, changes]) => Buffer.from(edited(Buffer.from(text), changes)).toString("utf8"));

export const mcp: FuzzTarget<McpCase> = {
  name: "mcp",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 1024 * 1024 * 1024,
  cases: fc.record({
    body: fc.oneof({ weight: 12, arbitrary: whole }, changed, fc.constantFrom<string>(...oddTexts)),
    accept: fc.oneof(
      { weight: 20, arbitrary: fc.constant("application/json, text/event-stream") },
      fc.constantFrom("*/*", "", "text/html"),
    ),
    version: fc.oneof({ weight: 10, arbitrary: fc.constant("") }, version),
  }),
  open: async () => new McpSession(await openGatewayDoor(() => ({ demos: demosThatStartNothing }))),
};

class McpSession implements FuzzSession<McpCase> {
  readonly #door: GatewayDoor;

  constructor(door: GatewayDoor) {
    this.#door = door;
  }

  async run(fuzzCase: McpCase): Promise<string> {
    const request = { parts: [requestOf(fuzzCase)], pauseMs: 0, end: "wait", noBody: false, answers: 1, answerMsMax: 14_000 } as const;
    const [answer] = await exchange(this.#door.connect("memory"), request);
    this.#door.mustBeWell();
    must(answer !== undefined, () => "no answer");
    return answer.headers.get("content-type")?.startsWith("application/problem+json") === true
      ? mustExplain(answer, false)
      : `${answer.status} ${saidBy(answer)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door[Symbol.asyncDispose]();
  }
}

function requestOf({ body, accept, version: spoken }: McpCase): Uint8Array {
  const bytes = Buffer.from(body);
  const named = spoken === "" ? "" : `mcp-protocol-version: ${spoken}\r\n`;
  const head = `POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: ${accept}\r\n${named}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

interface RpcAnswer {
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
  readonly result?: { readonly isError?: unknown; readonly content?: readonly { readonly text?: unknown }[] };
}

/** What the protocol's answers say; a batch has several. */
function saidBy({ body }: HttpAnswer): string {
  if (body === "") return "nothing";
  const texts =
    body.startsWith("event:") || body.startsWith("data:") ? [...body.matchAll(/^data: (.*)$/gm)].map(([, text = ""]) => text) : [body];
  const answers = texts.flatMap((text) => JSON.parse(text) as RpcAnswer | readonly RpcAnswer[]);
  return [...new Set(answers.map(saidByOne))].sort().join(" and ");
}

function saidByOne({ error, result }: RpcAnswer): string {
  if (error !== undefined) {
    must(
      typeof error.code === "number" && typeof error.message === "string" && error.message !== "",
      () => "an error without code or words",
    );
    // The library gives this code also to parameters that do not fit its own methods, with the list of what does not fit.
    must(error.code !== -32_603 || /^\[\s*\{[^]*"path"/.test(error.message), () => `an error inside: ${String(error.message)}`);
    return `error ${error.code}`;
  }
  must(result !== undefined, () => "neither a result nor an error");
  const text = result.content?.[0]?.text;
  if (result.isError !== true) return "ok";
  must(typeof text === "string", () => "a refusal without words");
  return mustBeCoded({ message: "see title", ...problemIn(text) }, "tool");
}

/** `title` is the words of a problem. */
function problemIn(text: string): { readonly code?: unknown; readonly message?: unknown; readonly cure?: unknown } {
  const { code, title, cure } = JSON.parse(text) as { readonly code?: unknown; readonly title?: unknown; readonly cure?: unknown };
  return { code, message: title, cure };
}
