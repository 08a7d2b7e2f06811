/**
 * InstanceCounter: a co-located function that counts in its state and also says which process counted. `die` ends the process in the middle
 * of a call, `slow` takes its time (to be under way while instances are replaced). Answers on the socket or the port that it is told.
 */
import { entity, json, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { z } from "zod";

const Command = json("test/command", z.object({ kind: z.enum(["count", "slow", "die"]) }));
const Seen = json("test/seen", z.object({ pids: z.record(z.string(), z.number()), version: z.string() }));

const counter = entity("local/counter", {
  state: { count: types.int, seen: Seen },
  messages: { command: Command },
  on: {
    async command(ctx, { kind }) {
      if (kind === "slow") await new Promise((resolve) => setTimeout(resolve, 300));
      if (kind === "die") process.kill(process.pid, "SIGKILL");
      ctx.state.count.set((ctx.state.count.get() ?? 0) + 1);
      const pids = ctx.state.seen.get()?.pids ?? {};
      const pid = String(process.pid);
      ctx.state.seen.set({ pids: { ...pids, [pid]: (pids[pid] ?? 0) + 1 }, version: process.env["VERSION"] ?? "none" });
    },
  },
});

const socketPath = process.env["SIGNALBOX_FUNCTION_SOCKET"];
await serve([counter], socketPath === undefined ? { port: Number(process.env["PORT"]) } : { socketPath });
console.log(`instance ${process.env["SIGNALBOX_FUNCTION_INSTANCE"]} serves`);
console.error(Object.keys(process.env).toSorted().join(" "));
