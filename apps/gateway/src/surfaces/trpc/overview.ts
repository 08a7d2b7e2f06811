/** overview: the status strip's numbers and the ten-minute tape, for the first paint; live.stream keeps them current. */
import { procedure, router } from "./init.ts";

export const overviewRouter = router({
  pulse: procedure.query(({ ctx }) => ctx.flow.pulse()),
  tape: procedure.query(({ ctx }) => ctx.flow.tape()),
});
