/**
 * placeFailure: says why a URL may not be called from here, with the cure; undefined when it may. Its addresses are checked when it
 * connects.
 */
import { ConnectorFailure } from "../connector-failure.ts";
import type { ConnectorContext } from "../connector.ts";
import type { HttpEgressSpec } from "./http.ts";

export function placeFailure(
  { url }: Pick<HttpEgressSpec, "url">,
  { places }: Pick<ConnectorContext, "places">,
): ConnectorFailure | undefined {
  const what = places.hostRefusal(new URL(url).hostname);
  return what === undefined
    ? undefined
    : new ConnectorFailure("refused", { what, cure: "Correct `url`, or name the host in SIGNALBOX_ENDPOINT_ALLOW." });
}
