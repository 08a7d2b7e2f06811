/**
 * `npm start`: builds what is stale, then becomes the gateway: run-gateway.ts runs in this very process, so a signal
 * sent to this process reaches the gateway without a relay.
 */
import { generatedCode, productionBuild } from "./build-steps.ts";
import { runStaleSteps } from "./stale-step.ts";

const development = process.env["SIGNALBOX_DEV"] === "1";
try {
  await runStaleSteps(development ? generatedCode : productionBuild());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
// Next and React read NODE_ENV while they are being imported.
process.env["NODE_ENV"] = development ? "development" : "production";
const { runGateway } = await import("../apps/gateway/src/run-gateway.ts");
await runGateway();
