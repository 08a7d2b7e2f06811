/** buildScaleToZero: what an endpoint's component says of scaling to zero, checked. Neighbours: build-endpoint.ts and build-process.ts. */
import type { ScaleToZero } from "../scaling/scale-to-zero.ts";
import type { SpecReader } from "../shape/spec-reader.ts";
import type { BuildContext } from "./component.ts";

const idleAfterMsDefault = 5 * 60_000;

/** Nothing where the component says nothing. */
export function buildScaleToZero(
  spec: SpecReader,
  endpoint: string,
  { module, issues }: BuildContext,
): { readonly scaleToZero?: ScaleToZero } {
  const inside = spec.inside("scaleToZero");
  if (inside === undefined) return {};
  const wakeUrl = inside.text("wake");
  if (wakeUrl !== undefined && !/^https?:$/.test(URL.parse(wakeUrl)?.protocol ?? ""))
    issues.error(inside.position("wake"), "`wake` is no URL that can be asked: write http://host:port/path or https://….");
  const idleAfterMs = inside.durationMs("idleAfter") ?? idleAfterMsDefault;
  if (idleAfterMs === 0) issues.error(inside.position("idleAfter"), "`idleAfter` must be longer than 0.");
  return { scaleToZero: { endpoint, module, wakeUrl, idleAfterMs } };
}
