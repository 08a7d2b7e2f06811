/**
 * `npm start`: builds what is stale, then becomes the gateway: run-gateway.ts runs in this very process, so a signal
 * sent to this process reaches the gateway without a relay.
 */
import { parseBasePath } from "../apps/gateway/src/listener/base-path.ts";
import { generatedCode, productionBuild } from "./build-steps.ts";
import { runStaleSteps } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

toldOptions({
  command: "npm start",
  about: "Builds what is stale and starts the gateway. Settings are variables of the environment (README.md).",
  options: {},
  says: {},
});
const development = process.env["SIGNALBOX_DEV"] === "1";
/** The gateway itself refuses a wrong base path, together with other wrong settings. */
const basePath = parseBasePath(process.env["SIGNALBOX_BASE_PATH"] ?? "");
try {
  await runStaleSteps(development || basePath === undefined ? generatedCode : productionBuild(basePath));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
// Next and React read NODE_ENV while they are being imported.
process.env["NODE_ENV"] = development ? "development" : "production";
const { runGateway } = await import("../apps/gateway/src/run-gateway.ts");
await runGateway();
