/**
 * `node tools/record-wire.ts`: records what the official SDKs answer to our requests, byte for byte, into packages/engine/test/wire. The
 * SDKs run unmodified in processes of their own; Python needs a venv (SIGNALBOX_TEST_PYTHON, or examples/greeter-python/.venv).
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Functions } from "../e2e/stack/functions.ts";
import type { ProbeCommand } from "../e2e/functions/probe-command.ts";
import { decodeFromFunction } from "../packages/engine/src/adapters/wire/wire-decode.ts";
import { encodeToFunction } from "../packages/engine/src/adapters/wire/wire-encode.ts";
import type { StateEntry } from "@signalbox/runtime/model/invocation";
import { wireText, type RecordedExchange } from "../packages/engine/test/wire/recorded-exchange.ts";
import { repositoryRoot } from "./stale-step.ts";

parseArgs({ options: {} });
const probe = { type: "conformance/probe", id: "käse 🧀" };
const set = (name: string, value: unknown): ProbeCommand => ({ op: "set", name, value });

/** Each scene begins without state; its steps continue with the state that the replies before them wrote. */
const scenes: Readonly<Record<string, readonly (readonly ProbeCommand[])[]>> = {
  "handshake with nothing registered": [[{ op: "note" }]],
  bool: [[set("bool_value", true)], [set("bool_value", false)]],
  int: [[set("int_value", 2147483647)], [set("int_value", -2147483648)], [set("int_value", 0)]],
  float: [[set("float_value", -0.25)], [set("float_value", 0)]],
  string: [[set("string_value", "käse 🧀")], [set("string_value", "")]],
  json: [[set("json_value", { a: [1, null, "x"] })]],
  protobuf: [[set("proto_value", "anna")]],
  "long and double": [[set("long_value", -9)], [set("double_value", -1e300)]],
  "modify, then delete": [[set("int_value", 5)], [{ op: "delete", name: "int_value" }], [{ op: "note" }]],
  "a batch of messages": [[{ op: "increment" }, { op: "increment" }, { op: "note", note: "third" }]],
  "messages to others": [
    [
      {
        op: "send",
        to: [
          { id: "a", command: { op: "note" } },
          { id: "b/ü", command: { op: "note" } },
        ],
      },
    ],
  ],
  "a delayed message with a token, and its cancellation": [
    [{ op: "send-after", delayMs: 86_400_000, id: "later", command: { op: "note" }, token: "token" }],
    [{ op: "cancel", token: "token" }],
  ],
  "a delayed message of no delay without a token": [[{ op: "send-after", delayMs: 0, id: "now", command: { op: "note" } }]],
  "an egress record": [[{ op: "egress", egress: "conformance/out", value: { n: 1 }, valueType: "conformance/out" }]],
};

const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");
const sdks = [
  { sdk: "javascript", script: "e2e/functions/conformance.ts", program: process.execPath, skip: ["long and double"] },
  { sdk: "python", script: "e2e/functions/conformance.py", program: python, skip: [] },
];

for (const { sdk, script, program, skip } of sdks) {
  if (!existsSync(program)) {
    console.log(`${sdk}: not recorded, there is no ${program}`);
    continue;
  }
  await using functions = await Functions.start(script, { program });
  const exchanges: RecordedExchange[] = [];
  for (const [scene, steps] of Object.entries(scenes)) {
    if (!skip.some((name) => name === scene)) exchanges.push(...(await record(functions.url, scene, steps)));
  }
  const file = join(repositoryRoot, "packages/engine/test/wire", `recorded-${sdk}.json`);
  writeFileSync(file, wireText(exchanges));
  console.log(`${sdk}: ${exchanges.length} exchanges in ${file}`);
}

async function record(url: string, scene: string, steps: readonly (readonly ProbeCommand[])[]): Promise<RecordedExchange[]> {
  const exchanges: RecordedExchange[] = [];
  let state: readonly StateEntry[] = [];
  for (const commands of steps) {
    // The first attempt is the handshake, the second does the work.
    for (let attempt = 0; attempt < 2; attempt++) {
      const inputs = commands.map((command) => ({
        caller: undefined,
        value: { typename: "conformance/command", bytes: Buffer.from(JSON.stringify(command)) },
      }));
      const withCaller = inputs.map((input, index) =>
        index % 2 === 1 ? { ...input, caller: { type: "conformance/probe", id: "caller" } } : input,
      );
      const request = { target: probe, state, inputs: withCaller };
      const requestBytes = encodeToFunction(request);
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: new Uint8Array(requestBytes),
      });
      const replyBytes = new Uint8Array(await response.arrayBuffer());
      if (!response.ok) throw new Error(`${scene}: the SDK answered ${response.status}: ${new TextDecoder().decode(replyBytes)}`);
      const decoded = decodeFromFunction(replyBytes);
      exchanges.push({ scene, request, requestBytes, replyBytes, decoded });
      if (decoded.kind === "error") throw new Error(`${scene}: ${decoded.reason}`);
      if (decoded.reply.kind === "incomplete") {
        state = decoded.reply.missing.map(({ name }) => ({ name, value: undefined }));
        continue;
      }
      for (const mutation of decoded.reply.effects.mutations) {
        const value = mutation.kind === "modify" ? mutation.value : undefined;
        state = state.map((entry) => (entry.name === mutation.name ? { name: entry.name, value } : entry));
      }
      break;
    }
  }
  return exchanges;
}
