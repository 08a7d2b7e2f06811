/** The whole tRPC router: one file a noun, the same nouns as the console's places. */
import { demoRouter } from "./demo.ts";
import { descriptorsRouter } from "./descriptors.ts";
import { doorsRouter } from "./doors.ts";
import { entitiesRouter } from "./entities.ts";
import { failuresRouter } from "./failures.ts";
import { flowRouter } from "./flow.ts";
import { functionsRouter } from "./functions.ts";
import { createCallerFactory, router } from "./init.ts";
import { liveRouter } from "./live.ts";
import { modulesRouter } from "./modules.ts";
import { overviewRouter } from "./overview.ts";
import { savepointsRouter } from "./savepoints.ts";
import { sendRouter } from "./send.ts";
import { tracesRouter } from "./traces.ts";

export const appRouter = router({
  live: liveRouter,
  overview: overviewRouter,
  flow: flowRouter,
  functions: functionsRouter,
  modules: modulesRouter,
  doors: doorsRouter,
  entities: entitiesRouter,
  traces: tracesRouter,
  failures: failuresRouter,
  savepoints: savepointsRouter,
  send: sendRouter,
  descriptors: descriptorsRouter,
  demo: demoRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
