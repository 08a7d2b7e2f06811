/**
 * A desk that gives a number to each caller, each number once: it takes "draw", or "several" for three numbers as one stream.
 */
import { entity, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";

const several = 3;

const desk = entity("tickets/desk", {
  state: { last: types.int },
  messages: { say: types.string },
  on: {
    say(ctx, said) {
      const before = ctx.state.last.get() ?? 0;
      const count = said === "several" ? several : 1;
      for (let number = before + 1; number <= before + count; number++) ctx.reply(types.int, number);
      ctx.state.last.set(before + count);
      if (said === "several") ctx.replyDone();
    },
  },
});

await serve([desk], { port: Number(process.env["PORT"]) });
