/**
 * demoMark(): the first line of a demo's module where several demos share one module, each in another language. It says which of them it is, so that
 * a gateway that starts again starts that one. Neighbours: functions/example.ts writes it, demo.ts reads it.
 */
import type { ExampleName } from "./examples.ts";

export function demoMark(name: ExampleName): string {
  return `# demo: ${name}`;
}
