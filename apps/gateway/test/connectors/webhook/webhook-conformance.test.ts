/**
 * The webhook ingress over an engine in memory; the server stands for the gateway's own, which hands over requests below /hooks/.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";
import { openToAll } from "../../../src/identity/identity.ts";
import type { Hooks } from "../../../src/listener/hooks.ts";
import { SiteRules } from "../../../src/listener/site-rules.ts";
import { webhookIngress } from "../../../src/connectors/webhook/webhook.ts";
import type { WebhookSpec } from "../../../src/connectors/webhook/webhook-spec.ts";
import { doorConformance } from "../door-conformance.ts";

const spec: WebhookSpec = {
  path: "sold",
  target: "shop/cart",
  entityId: { kind: "fixed", id: "anna" },
  isJson: false,
  valueType: "t/v",
  signature: { kind: "none" },
  deliveryId: { kind: "header", header: "x-delivery", optional: true },
  anyHost: false,
};

let hooks: Hooks | undefined;
const site = new SiteRules({ host: "127.0.0.1", allowedHosts: [], allowedOrigins: [] });
const principal = await openToAll.principalOf({ authorization: undefined, cookie: undefined }, "ingress");
const server = createServer((request, response) => hooks?.serve(request.url ?? "/", { request, response, site, principal }));
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
afterAll(() => new Promise((closed) => server.close(closed)));

doorConformance(webhookIngress, "of a webhook", async () => ({
  spec,
  send: async (stand, body) => {
    ({ hooks } = stand);
    return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/sold`, { method: "POST", body })).status;
  },
}));
