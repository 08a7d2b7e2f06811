/**
 * Target trpc: every procedure of the console's API with inputs drawn from its own schema and changed, over the gateway's HTTP server. The
 * answer is a result or a refusal with code, place and cure; never a failure of the gateway, and nothing that has no UTF-8 form gets in.
 */
import fc from "fast-check";
import { contract } from "../../../apps/gateway/src/contract/contract.ts";
import { nothing, type Operation } from "../../../apps/gateway/src/contract/operation.ts";
import { edited, edits } from "../bytes.ts";
import { must, type FuzzSession, type FuzzTarget } from "../fuzz-target.ts";
import { declaredEgress, openGatewayDoor, servedType, type GatewayDoor } from "../gateway-door.ts";
import { exchange, mustExplain } from "../http-exchange.ts";
import { inputOf, type FieldWords, type Schema } from "../zod-arbitrary.ts";

export interface TrpcCase {
  readonly procedure: string;
  readonly kind: "query" | "mutation" | "subscription";
  /** JSON text, or a part of it. */
  readonly input: string;
  readonly batch: boolean;
}

const stringType = "io.statefun.types/string";
const egressYaml = "kind: io.signalbox.v1/egress\nspec: {id: fuzz/out}\n";
/** The words leave out the base module, because a case must not change what other cases need. */
export const fieldWords: FieldWords = {
  type: [servedType, servedType, "test/other", "else/where", "no-slash"],
  id: ["one", "two", "", "n-{n}"],
  entityId: ["one"],
  name: ["fuzz", "seen", "Fuzz.1"],
  yaml: [egressYaml, "kind: x", "", egressYaml.repeat(2)],
  valueType: [stringType, "io.statefun.types/int", "a/b"],
  typename: [stringType, "io.statefun.types/double", "a/b"],
  text: ['"hello"', "5", "{", "{n}", ""],
  body: ['"hello"'],
  cursor: ["x", ""],
  limit: [1, 50, 500],
  count: [1, 3, 20],
  revision: [1, 2],
  trace: [0, 1, 5],
  prefix: ["", "o"],
  lastEventId: ["x.1", "a.b.c"],
  functions: ["fuzz/*", "fuzz/a"],
  urlTemplate: ["http://127.0.0.1:1/", "http://127.0.0.1:1/{function.name}", "grpc://127.0.0.1:1", "ftp://x", "http+unix:///none.sock/"],
  typeNames: [[], [servedType], ["fuzz/a", "fuzz/b"]],
};

interface Procedure {
  readonly path: string;
  readonly kind: TrpcCase["kind"];
  readonly input: Schema | undefined;
}

function procedures(): Procedure[] {
  return Object.entries(contract).flatMap(([noun, operations]) =>
    Object.entries(operations).flatMap(([verb, { kind, trpc: offered, input }]: [string, Operation]) =>
      kind === "bytes" || offered === false
        ? []
        : [{ path: `${noun}.${verb}`, kind, input: input === nothing ? undefined : (input as unknown as Schema) }],
    ),
  );
}

/** Procedures that run rarely, because a savepoint of everything is slow. */
const rarely = new Set(["savepoints.take"]);

const cases = fc
  .oneof(
    ...procedures().map(({ path, kind, input }) => {
      const drawn = input === undefined ? fc.constantFrom<unknown>(undefined, null, {}, "x") : inputOf(input, fieldWords);
      const text = drawn.map((value) => JSON.stringify(value) ?? "");
      const changed = fc.tuple(text, edits).map(([whole, changes]) => Buffer.from(edited(Buffer.from(whole), changes)).toString("utf8"));
      return {
        weight: input === undefined ? 20 : rarely.has(path) ? 1 : 200,
        arbitrary: fc.record({
          procedure: fc.constant(path),
          kind: fc.constant(kind),
          input: fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: changed }),
          batch: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
        }),
      };
    }),
  )
  .map((fuzzCase): TrpcCase => fuzzCase);

export const trpc: FuzzTarget<TrpcCase> = {
  name: "trpc",
  caseMsMax: 15_000,
  rssGrowthBytesMax: 1024 * 1024 * 1024,
  cases,
  open: async () => new TrpcSession(await openGatewayDoor(() => ({ demos: demosThatStartNothing }))),
};

export const demosThatStartNothing = {
  list: () => [],
  resume: () => undefined,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

class TrpcSession implements FuzzSession<TrpcCase> {
  readonly #door: GatewayDoor;

  constructor(door: GatewayDoor) {
    this.#door = door;
  }

  async run(fuzzCase: TrpcCase): Promise<string> {
    const bytes = requestOf(fuzzCase);
    const request = { parts: [bytes], pauseMs: 0, end: "wait", noBody: false, answers: 1, answerMsMax: 14_000 } as const;
    const [answer] = await exchange(this.#door.connect("memory"), request);
    this.#door.mustBeWell();
    must(answer !== undefined, () => "no answer");
    const code = mustExplain(answer, false);
    if (answer.status < 300 && keeping.has(fuzzCase.procedure) && !fuzzCase.batch) mustHaveUtf8Form(fuzzCase.input);
    const egress = this.#door.gateway.core.engine.egresses().some(({ id }) => id === declaredEgress);
    must(egress, () => "the base module is gone");
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door[Symbol.asyncDispose]();
  }
}

function requestOf({ procedure, kind, input, batch }: TrpcCase): Uint8Array {
  const text = batch ? `{"0":${input}}` : input;
  const flag = batch ? "batch=1" : "";
  if (kind === "mutation") {
    const body = Buffer.from(text);
    const head = `POST /trpc/${procedure}?${flag} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }
  const query = text === "" ? flag : `${flag}&input=${encodeURIComponent(text.toWellFormed())}`;
  const accept = kind === "subscription" ? "accept: text/event-stream\r\n" : "";
  return Buffer.from(`GET /trpc/${procedure}?${query} HTTP/1.1\r\nhost: localhost\r\n${accept}\r\n`);
}

/** Procedures and fields that are kept as text; what a schema does not name is dropped. */
const keeping = new Set(["send.message", "send.many", "send.save", "entities.editState", "entities.editHead", "modules.put"]);
const kept = ["type", "id", "name", "valueType", "typename", "text", "body", "yaml", "entityId", "value"];

function mustHaveUtf8Form(input: string): void {
  const parsed: unknown = JSON.parse(input === "" ? "null" : input);
  const walk = (part: unknown): void => {
    if (typeof part === "string") must(part.isWellFormed(), () => `half a surrogate pair was accepted in ${input.slice(0, 200)}`);
    if (typeof part === "object" && part !== null) for (const [name, inside] of Object.entries(part)) if (kept.includes(name)) walk(inside);
  };
  walk(parsed);
}
