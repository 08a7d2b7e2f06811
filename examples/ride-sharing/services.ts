/**
 * openServices(): what runs beside the gateway: passengers over HTTP and rides over gRPC, both in this process, and the module that names
 * them, the drivers and the cells. Neighbours: start.ts and demo.ts put the module in force; module.yaml is what they change.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { listenGrpc } from "@signalbox/functions/grpc";
import { serve } from "@signalbox/functions/node";
import { passenger } from "./passenger.ts";
import { findPython } from "./python.ts";
import { ride } from "./ride.ts";

export interface ServicesOptions {
  /** 0: any free one. */
  readonly httpPort: number;
  readonly grpcPort: number;
  /** The gateway's folder, from which it reads the files of a module. */
  readonly gatewayFolder: string;
}

export interface Services extends AsyncDisposable {
  readonly moduleYaml: string;
  /** What is not as the example means it; absent: nothing. */
  readonly note?: string;
}

const withoutPython =
  "The drivers run in TypeScript (driver.ts): no Python with the StateFun SDK is installed for this example. " +
  "`npm start --workspace examples/ride-sharing` installs it where Python 3.8 to 3.11 is present.";

export async function openServices({ httpPort, grpcPort, gatewayFolder }: ServicesOptions): Promise<Services> {
  const http = await serve([passenger], { port: httpPort });
  const grpc = await listenGrpc([ride], { port: grpcPort }).catch(async (error: unknown) => {
    await http.close();
    throw error;
  });
  const python = findPython();
  const places = { http: `${http.url}/statefun`, grpc: grpc.url, driver: driverCommand(python), cell: cellSource(gatewayFolder) };
  return {
    moduleYaml: moduleYaml(places),
    ...(python === undefined ? { note: withoutPython } : {}),
    async [Symbol.asyncDispose]() {
      await Promise.all([http.close(), grpc.close()]);
    },
  };
}

interface Places {
  readonly http: string;
  readonly grpc: string;
  readonly driver: readonly string[];
  readonly cell: string;
}

/** module.yaml with the addresses of this machine; each line to change occurs once. */
function moduleYaml({ http, grpc, driver, cell }: Places): string {
  const changes: readonly (readonly [string, string])[] = [
    ["http://127.0.0.1:8010/statefun", http],
    ["grpc://127.0.0.1:8011", grpc],
    ["[examples/ride-sharing/.venv/bin/python, examples/ride-sharing/driver.py]", JSON.stringify(driver)],
    ["    type: file\n    file: examples/ride-sharing/cell.ts", cell],
  ];
  return changes.reduce(
    (yaml, [from, to]) => {
      if (!yaml.includes(from)) throw new Error(`module.yaml has no ${from}`);
      return yaml.replace(from, () => to);
    },
    readFileSync(join(import.meta.dirname, "module.yaml"), "utf8"),
  );
}

function driverCommand(python: string | undefined): readonly string[] {
  const file = (name: string): string => join(import.meta.dirname, name);
  return python === undefined ? [process.execPath, file("driver.ts")] : [python, file("driver.py")];
}

/** A module may name files below the gateway's folder; from another folder the same file is imported. */
function cellSource(gatewayFolder: string): string {
  const file = join(import.meta.dirname, "cell.ts");
  const below = relative(gatewayFolder, file);
  if (!below.startsWith("..")) return `    type: file\n    file: ${JSON.stringify(below)}`;
  return `    type: code\n    code: ${JSON.stringify(`export { cell } from ${JSON.stringify(pathToFileURL(file).href)};`)}`;
}
