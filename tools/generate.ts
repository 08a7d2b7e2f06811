/** Makes generated code that is stale; with --console also the console's production build. */
import { generatedCode, productionBuild } from "./build-steps.ts";
import { runStaleSteps } from "./stale-step.ts";

try {
  await runStaleSteps(process.argv.includes("--console") ? productionBuild() : generatedCode);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
