/** demo: the bundled example, started and stopped by the gateway. */
import { procedure, router } from "./init.ts";

export const demoRouter = router({
  status: procedure.query(({ ctx }) => ({ running: ctx.demo.running() })),
  start: procedure.mutation(async ({ ctx }) => {
    await ctx.demo.start();
    return {};
  }),
  stop: procedure.mutation(async ({ ctx }) => {
    await ctx.demo.stop();
    return {};
  }),
});
