/**
 * demos: what the console offers to start: each with its module's name and its program. Neighbours: contract/module/demo.ts has the names,
 * demo.ts starts them.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exampleNames, type DemoName } from "../../contract/module/demo.ts";
import type { InvariantRule } from "../../contract/entities/invariants.ts";
import { demoMark } from "./demo-mark.ts";
import { exampleFolder, examples, missingOf, type ExampleName, type Missing } from "./examples.ts";

export interface DemoDefinition {
  readonly name: DemoName;
  readonly title: string;
  readonly about: string;
  /** Its name among the modules. */
  readonly module: string;
  readonly program: string;
  readonly parameters?: readonly string[];
  /** The folder of the example; without the folder the demo is not part of this installation. */
  readonly folder?: string;
  /** The first line of its module, where several demos have a module of the same name and replace each other. */
  readonly mark?: string;
  /** Returns undefined when the demo can start here. */
  readonly missing?: (path: string) => Missing | undefined;
  /** A rule that always holds for the demo, to show people how an invariant works. */
  readonly invariant?: { readonly name: string; readonly rule: InvariantRule };
}

/** A checkout counts an order in its cart and sends it to its receipt; the sums show that none is lost or doubled. */
const everyOrderHasAReceipt: InvariantRule = {
  kind: "total",
  terms: [
    { over: "states", type: "shop/cart", value: "state.orders", where: "", minus: false },
    { over: "states", type: "shop/receipt", value: "", where: "state.receipt.order > 0", minus: true },
    { over: "messages", type: "shop/Order", value: "", where: "", minus: true },
  ],
  compare: { kind: "equals", number: "0" },
};

const exampleProgram = fileURLToPath(new URL("functions/example.ts", import.meta.url));

/** The greeters have the same function types, so starting one replaces another. */
function exampleDemo(name: ExampleName): DemoDefinition {
  const { title, about } = examples[name];
  return {
    name,
    title,
    about,
    module: name === "classifier" ? "demo-classifier" : "demo-greeter",
    program: exampleProgram,
    parameters: [name],
    folder: exampleFolder(name),
    mark: demoMark(name),
    missing: (path) => missingOf(examples[name], path),
  };
}

export const demos: readonly DemoDefinition[] = [
  {
    name: "shop",
    title: "Shop",
    about: "Carts, stock and receipts; now and then a broken message that wants a person.",
    module: "demo",
    program: fileURLToPath(new URL("functions/main.ts", import.meta.url)),
    invariant: { name: "Shop: every checkout becomes one receipt", rule: everyOrderHasAReceipt },
  },
  {
    name: "ride-sharing",
    title: "Ride sharing",
    about:
      "Cars and passengers in a town. One module in four placements: passengers over HTTP, rides over gRPC, drivers in a process, cells embedded.",
    module: "demo-ride-sharing",
    program: fileURLToPath(new URL("../../../../../examples/ride-sharing/demo.ts", import.meta.url)),
  },
  ...exampleNames.map(exampleDemo),
];

/** An installation without the examples has only the demos that the gateway contains. */
export function demosPresent(): readonly DemoDefinition[] {
  return demos.filter(({ program, folder }) => existsSync(program) && (folder === undefined || existsSync(folder)));
}
