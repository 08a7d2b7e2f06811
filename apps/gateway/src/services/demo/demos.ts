/**
 * demos: what the console offers to start: each with its module's name and its program. Neighbours: contract/demo.ts has the names, demo.ts
 * starts them.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DemoName } from "../../contract/demo.ts";

export interface DemoDefinition {
  readonly name: DemoName;
  readonly title: string;
  readonly about: string;
  /** Its name among the modules. */
  readonly module: string;
  readonly program: string;
}

export const demos: readonly DemoDefinition[] = [
  {
    name: "shop",
    title: "Shop",
    about: "Carts, stock and receipts; now and then a broken message that wants a person.",
    module: "demo",
    program: fileURLToPath(new URL("functions/main.ts", import.meta.url)),
  },
  {
    name: "ride-sharing",
    title: "Ride sharing",
    about:
      "Cars and passengers in a town. One module in four placements: passengers over HTTP, rides over gRPC, drivers in a process, cells embedded.",
    module: "demo-ride-sharing",
    program: fileURLToPath(new URL("../../../../../examples/ride-sharing/demo.ts", import.meta.url)),
  },
];

/** An installation without the examples has only what the gateway brings itself. */
export function demosPresent(): readonly DemoDefinition[] {
  return demos.filter(({ program }) => existsSync(program));
}
