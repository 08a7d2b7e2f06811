/** buildScaleToZero: what an endpoint's component says of scaling to zero, checked. Neighbours: build-endpoint.ts and build-process.ts. */
import type { ScaleToZero, Wake } from "../scaling/scale-to-zero.ts";
import type { SpecReader } from "../shape/spec-reader.ts";
import type { BuildContext } from "./component.ts";
import type { Position } from "./parsed-module.ts";

const idleAfterMsDefault = 5 * 60_000;

interface ScalingContext extends BuildContext {
  /** Somebody else starts the functions. */
  readonly remote: boolean;
}

/** Returns nothing when the component says nothing. */
export function buildScaleToZero(
  spec: SpecReader,
  endpoint: string,
  { module, issues, remote }: ScalingContext,
): { readonly scaleToZero?: ScaleToZero } {
  const inside = spec.inside("scaleToZero");
  if (inside === undefined) return {};
  const idleAfterMs = inside.durationMs("idleAfter") ?? idleAfterMsDefault;
  if (idleAfterMs === 0) issues.error(inside.position("idleAfter"), "`idleAfter` must be longer than 0.");
  const wake = remote ? buildWake(inside, { issues, at: spec.position("scaleToZero") }) : undefined;
  return { scaleToZero: { endpoint, module, wake, idleAfterMs } };
}

function buildWake(inside: SpecReader, { issues, at }: { issues: BuildContext["issues"]; at: Position }): Wake | undefined {
  const url = inside.text("wake");
  const command = inside.texts("wakeCommand");
  if (url !== undefined && command.length > 0)
    issues.error(inside.position("wakeCommand"), "`wake` and `wakeCommand` are two ways to wake it: keep one.");
  if (command.length > 0) {
    if (command.some((text) => text.includes("\u0000")))
      issues.error(inside.position("wakeCommand"), "`wakeCommand` may not hold a NUL character.");
    return { kind: "command", command, shown: inside.shownTexts("wakeCommand") };
  }
  if (url === undefined) {
    issues.error(
      at,
      "Nobody would wake it: write `wake` (a URL that is asked) or `wakeCommand` (a program and its arguments) in `scaleToZero`.",
    );
    return undefined;
  }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    issues.error(inside.position("wake"), "`wake` is no URL that can be asked: write http://host:port/path or https://….");
  return { kind: "url", url };
}
