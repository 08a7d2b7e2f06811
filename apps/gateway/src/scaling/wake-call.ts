/**
 * callWake: asks a URL of a module to start what an endpoint calls, by one POST that names the endpoint. It may connect only where
 * endpoints may be.
 * Neighbour: sleepers.ts, which asks again later. Guarantee: it ends within wakeTimeoutMs and never rejects.
 */
import type { EndpointPlaces } from "@signalbox/runtime";
import { nodeHttp } from "../listener/node-http.ts";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { refuseUpgrade } from "../listener/refuse-upgrade.ts";
import type { ScaleToZero } from "./scale-to-zero.ts";

const wakeTimeoutMs = 10_000;
const nodeHttps = process.getBuiltinModule("node:https");

/** Resolves with the reason why the wake was not accepted; undefined when it was. */
export function callWake(
  { endpoint, module }: Pick<ScaleToZero, "endpoint" | "module">,
  wakeUrl: string,
  { places, signal }: { places: EndpointPlaces; signal: AbortSignal },
): Promise<string | undefined> {
  const body = JSON.stringify({ endpoint, module });
  return new Promise((resolve) => {
    try {
      const url = new URL(wakeUrl);
      const refused = places.hostRefusal(url.hostname);
      if (refused !== undefined) return resolve(refused);
      const { request } = url.protocol === "https:" ? nodeHttps : nodeHttp;
      const sent = request(url, {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
        lookup: places.lookup,
        signal: AbortSignal.any([signal, AbortSignal.timeout(wakeTimeoutMs)]),
      });
      neverUnheard(sent);
      sent.on("error", (error: Error) => resolve(error.message));
      refuseUpgrade(sent, resolve);
      sent.on("response", (answer) => {
        neverUnheard(answer);
        const { statusCode = 0 } = answer;
        resolve(statusCode >= 200 && statusCode < 300 ? undefined : `it answered with status ${statusCode}`);
        answer.destroy();
      });
      sent.end(body);
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error));
    }
  });
}
