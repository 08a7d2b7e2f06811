/** StartProblem: why the gateway could not start, in three lines for the person at the terminal. */
import { EngineError } from "@signalbox/engine";
import { CatalogError } from "./catalog/catalog-error.ts";
import { EnvironmentError } from "./env.ts";
import { GatewayError } from "./http/problem.ts";

export interface StartProblem {
  readonly what: string;
  readonly where: string;
  readonly cure: string;
}

export function startProblem(error: unknown): StartProblem {
  if (error instanceof EnvironmentError)
    return { what: error.message, where: "environment variables", cure: "Correct them and start again." };
  if (error instanceof EngineError) return { what: error.message, where: `engine (${error.code})`, cure: error.cure };
  if (error instanceof CatalogError)
    return { what: error.message.replace(` ${error.cure}`, ""), where: `catalog (${error.code})`, cure: error.cure };
  if (error instanceof GatewayError) return { what: error.message, where: error.where, cure: error.cure };
  return (
    listenProblem(error) ?? {
      what: error instanceof Error ? error.message : String(error),
      where: firstFrame(error),
      cure: "This is not an expected failure; report it with the lines above.",
    }
  );
}

function listenProblem(error: unknown): StartProblem | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || error.syscall !== "listen" || !("code" in error)) return undefined;
  const address = "address" in error ? String(error.address) : "";
  const port = "port" in error ? String(error.port) : "";
  switch (error.code) {
    case "EADDRINUSE":
      return {
        what: `Port ${port} of ${address} is taken by another program.`,
        where: "SIGNALBOX_PORT",
        cure: "Stop that program, or set SIGNALBOX_PORT to a free port.",
      };
    case "EACCES":
      return {
        what: `Port ${port} may not be opened by this user.`,
        where: "SIGNALBOX_PORT",
        cure: "Set SIGNALBOX_PORT to a port above 1023.",
      };
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return {
        what: `${address} is no address of this machine.`,
        where: "SIGNALBOX_HOST",
        cure: "Set SIGNALBOX_HOST to 127.0.0.1, 0.0.0.0 or an address of this machine.",
      };
    default:
      return undefined;
  }
}

function firstFrame(error: unknown): string {
  return error instanceof Error
    ? (error.stack
        ?.split("\n")
        .find((line) => line.trimStart().startsWith("at "))
        ?.trim() ?? "start")
    : "start";
}
