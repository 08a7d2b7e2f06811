/** A function that lets a record leave by the egress that its message names: {"egress": "bad/size"}. */
import { entity, json } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { z } from "zod";

const Leave = json("bad/Leave", z.object({ egress: z.string() }));

const leaver = entity("bad/leaver", {
  messages: { leave: Leave },
  on: {
    leave(ctx, { egress }) {
      ctx.egress(egress, { typename: "bad/record", bytes: Buffer.from(ctx.self.id) });
    },
  },
});

await serve([leaver], { port: Number(process.env["PORT"]) });
