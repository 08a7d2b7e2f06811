/**
 * start and dev: runs the gateway that is installed beside this command line, in the foreground; `dev` also registers a file of functions
 * and restarts it when it changes. Neighbours: local-gateway.ts finds the gateway; dev-functions.ts keeps the functions.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { DevFunctions } from "../dev-functions.ts";
import { gatewayEnvironment, gatewayProgram, type GatewayOptions } from "../local-gateway.ts";

export function addStart(program: Command, context: CommandContext): void {
  const start = withGatewayOptions(
    program.command("start").description("Start the gateway that stands beside this command line; Ctrl+C stops it"),
  );
  start.addHelpText(
    "after",
    "\nExample: signalbox start --data-dir ./data --port 4280\nEvery other setting is read from the environment (README).",
  );
  start.action(async () => {
    const { environment } = context.io;
    const gateway = context.io.startProgram(gatewayProgram(environment), gatewayEnvironment(environment, start.opts<GatewayOptions>()));
    ended(await gateway.ended);
  });

  const dev = withGatewayOptions(
    program
      .command("dev")
      .description("Start the gateway with a file of functions, which is started anew whenever something beside it changes")
      .argument("<file>", "the functions: a program that listens at the port in PORT, in JavaScript or TypeScript")
      .requiredOption("--functions <pattern>", "the types that it serves, as shop/*")
      .option("--module <file>", "YAML with what else is declared: ingresses, egresses"),
  );
  dev.addHelpText(
    "after",
    "\nExample: signalbox dev functions.ts --functions 'shop/*' --module module.yaml\nWith --url the functions are registered at that gateway, and none is started.",
  );
  dev.action(async (file: string) => {
    const { io } = context;
    const options = dev.opts<GatewayOptions & { functions: string; module?: string }>();
    const functions = await DevFunctions.read({ file, functions: options.functions, module: options.module });
    const { url } = dev.optsWithGlobals<{ url?: string }>();
    if (url !== undefined) return await functions.keep(context.client(dev), { io, over: undefined });
    const gateway = io.startProgram(gatewayProgram(io.environment), gatewayEnvironment(io.environment, options));
    const over = new AbortController();
    const code = gateway.ended.finally(() => over.abort());
    const found = await gateway.url;
    if (found !== undefined) await functions.keep(context.client(dev, found), { io, over: over.signal });
    ended(await code);
  });
}

function withGatewayOptions(command: Command): Command {
  return command
    .option("--data-dir <folder>", "SIGNALBOX_DATA_DIR: store, catalog and savepoints")
    .option("--host <address>", "SIGNALBOX_HOST: the address that the ports bind to")
    .option("--port <number>", "SIGNALBOX_PORT: console and HTTP")
    .option("--grpc-port <number>", "SIGNALBOX_GRPC_PORT")
    .option("--postgres-port <number>", "SIGNALBOX_POSTGRES_PORT: SQL for PostgreSQL's clients");
}

/** The gateway has printed itself what kept it from starting. */
function ended(code: number): void {
  if (code !== 0) throw new CliError("failed", `the gateway ended with ${code}`);
}
