/**
 * GatedWork: an entity that writes down who was called and does not answer before the file GATE is there, and one that sends as many
 * messages as it is told to entities of one tenant. Whoever opens the gate knows what waited behind it.
 */
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { entity, json } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { z } from "zod";

const Work = json("test/work", z.object({ n: z.number() }));
const Seed = json("test/seed", z.object({ tenant: z.string(), from: z.number(), count: z.number() }));
const [gate = "", log = ""] = [process.env["GATE"], process.env["CALLED"]];

const work = entity("gate/task", {
  messages: { work: Work },
  on: {
    async work(ctx) {
      appendFileSync(log, `${ctx.self.id}\n`);
      while (!existsSync(gate)) await delay(20);
    },
  },
});

const seeder = entity("gate/seeder", {
  messages: { seed: Seed },
  on: {
    seed(ctx, { tenant, from, count }) {
      for (let n = from; n < from + count; n++) ctx.send(work.to(`${tenant}:${n}`).message("work", { n }));
    },
  },
});

await serve([work, seeder], { port: Number(process.env["PORT"]) });
