/**
 * demoMark(): the first line of a demo's module where several demos share one module, each in another language. It says which demo the
 * module is of, so that a gateway that restarts starts the same one. Neighbours: functions/example.ts writes it, demo.ts reads it.
 */
import type { ExampleName } from "./examples.ts";

export function demoMark(name: ExampleName): string {
  return `# demo: ${name}`;
}
