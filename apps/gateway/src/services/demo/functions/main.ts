/**
 * The shop's process: its functions on loopback, served by the SDK. It takes the port of the module that it had last time, reports its
 * module, and after `go` sends its traffic over the channel to its parent. It ends when that channel closes, so it never outlives the
 * gateway. Neighbours: demo-program.ts is the other end.
 */
import { serve } from "@signalbox/functions/node";
import { shop } from "./shop.ts";
import { startTraffic } from "./traffic.ts";

process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// A terminal's Ctrl+C reaches the whole process group; the gateway decides when the demo ends.
process.on("SIGINT", () => undefined);
process.once("message", (begin: { readonly module?: string }) => void start(begin.module ?? ""));

async function start(lastModule: string): Promise<void> {
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(lastModule)?.[1] ?? 0);
  const { url } = await serve(shop, { port }).catch(() => serve(shop));
  process.send?.({ ready: { module: moduleYaml(url), egresses: ["demo/receipts"] } });
  await new Promise((go) => process.once("message", go));
  startTraffic(({ customer, typename, value }) =>
    process.send?.({ message: { type: "shop/cart", id: customer, typename, text: JSON.stringify(value) } }),
  );
}

/** The same port gives the same text, so applying it adds no revision. */
function moduleYaml(url: string): string {
  return [
    "kind: io.statefun.endpoints.v2/http",
    "spec:",
    "  functions: shop/*",
    `  urlPathTemplate: ${url}/`,
    "---",
    "kind: io.signalbox.v1/egress",
    "spec:",
    "  id: demo/receipts",
    "",
  ].join("\n");
}
