/** The conformance probe on @signalbox/functions: what docs/write-an-sdk.md lists. Twins: conformance.ts and conformance.py on official SDKs. */
import { entity, expiring, json, message, types, type Context } from "@signalbox/functions";
import { z } from "zod";
import type { ProbeCommand, ProbeNote } from "./probe-command.ts";

const commandType = json(
  "conformance/command",
  z.custom<ProbeCommand>((value) => typeof value === "object" && value !== null && "op" in value),
);
const notesType = json(
  "conformance/notes",
  z.custom<ProbeNote[]>((value) => Array.isArray(value)),
);

const state = {
  notes: notesType,
  bool_value: types.bool,
  int_value: types.int,
  long_value: types.long,
  float_value: types.float,
  double_value: types.double,
  string_value: types.string,
  json_value: json("conformance/json", z.unknown()),
  after_write: expiring(types.int, { afterWrite: 400 }),
  after_call: expiring(types.int, { afterCall: 1200 }),
};
type ProbeContext = Context<typeof state>;

const batches = new WeakMap<object, number>();
let batchesSeen = 0;

export const probe = entity("conformance/probe", {
  state,
  messages: { command: commandType, text: types.string },
  on: {
    async command(ctx, command) {
      note(ctx, command.note ?? command.op);
      await perform(ctx, command);
    },
    text(ctx) {
      note(ctx, types.string.typename);
    },
  },
});

function note(ctx: ProbeContext, text: string): void {
  // The address is one object for a whole batch, while each message has states of its own.
  const batch = batches.get(ctx.self) ?? ++batchesSeen;
  batches.set(ctx.self, batch);
  const caller = ctx.caller === undefined ? null : `${ctx.caller.type}/${ctx.caller.id}`;
  ctx.state.notes.set([...(ctx.state.notes.get() ?? []), { note: text, caller, batch, overlapped: false }]);
}

async function perform(ctx: ProbeContext, command: ProbeCommand): Promise<void> {
  switch (command.op) {
    case "note":
      return;
    case "set":
      return stateNamed(ctx, command.name).set(command.name === "long_value" ? BigInt(Number(command.value)) : command.value);
    case "delete":
      return stateNamed(ctx, command.name).delete();
    case "increment":
      return ctx.state.int_value.set((ctx.state.int_value.get() ?? 0) + 1);
    case "send":
      for (const { id, command: next } of command.to) ctx.send(probeMessage(id, next));
      return;
    case "send-after":
      return ctx.sendAfter(
        command.delayMs,
        probeMessage(command.id, command.command),
        command.token === undefined ? {} : { token: command.token },
      );
    case "cancel":
      return ctx.cancel(command.token);
    case "egress":
      return ctx.egress(command.egress, { typename: command.valueType, bytes: Buffer.from(JSON.stringify(command.value)) });
    case "answer":
      return ctx.reply(json(command.valueType, z.unknown()), command.value);
    case "wait":
      return void (await new Promise((done) => setTimeout(done, command.waitMs)));
    case "throw":
      throw new Error("thrown on demand");
  }
}

function stateNamed(ctx: ProbeContext, name: string): { set(value: unknown): void; delete(): void } {
  const found = (ctx.state as Readonly<Record<string, { set(value: unknown): void; delete(): void }>>)[name];
  if (found === undefined) throw new Error(`the probe has no state ${name}`);
  return found;
}

const probeMessage = (id: string, command: ProbeCommand) => message({ type: "conformance/probe", id }, commandType, command);
