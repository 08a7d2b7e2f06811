/**
 * Makes generated code that is stale; with --console also the console's production build, with --console-below=/sb the one for a base path.
 * Neighbours: build-steps.ts lists the steps, stale-step.ts decides what is stale.
 */
import { parseBasePath } from "../apps/gateway/src/listener/base-path.ts";
import { consoleBuild, generatedCode } from "./build-steps.ts";
import { runStaleSteps } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

try {
  const { values } = toldOptions({
    command: "npm run generate",
    about: "Makes generated code that is stale.",
    options: { console: { type: "boolean" }, "console-below": { type: "string", multiple: true } },
    says: { console: "also the console's build", "console-below": "also one for this base path" },
  });
  const paths = [...(values.console === true ? [""] : []), ...(values["console-below"] ?? [])].map(basePathOf);
  await runStaleSteps([...generatedCode, ...paths.map(consoleBuild)]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function basePathOf(text: string): string {
  const path = parseBasePath(text);
  if (path === undefined) throw new Error(`--console-below=${text} is no base path: write one as /signalbox`);
  return path;
}
