/**
 * Traffic: the customers of the demo's shop, a few messages a second, some with a basket that nobody pays for, and every
 * minute or so one with a broken message. Neighbours: main.ts says where they go.
 */
import { shopItems } from "./shop.ts";

const stepMs = 180;
const brokenEverySteps = 400;
const customers = ["ada", "bela", "chen", "dora", "emil", "fatma", "goran", "hana", "ines", "juno", "kofi", "lena"];
const brokenCustomers = ["mira", "nils", "olga"];

export interface TrafficMessage {
  readonly customer: string;
  readonly typename: string;
  readonly value: unknown;
}

export function startTraffic(send: (message: TrafficMessage) => void): void {
  let step = 0;
  setInterval(() => send(messageOf((step += 1))), stepMs);
}

function messageOf(step: number): TrafficMessage {
  if (step % brokenEverySteps === 60)
    return { customer: pick(brokenCustomers), typename: "shop/AddItem", value: { item: "teapot", quantity: "two" } };
  const customer = pick(customers);
  if (Math.random() < 0.22) return { customer, typename: "shop/Checkout", value: {} };
  return { customer, typename: "shop/AddItem", value: { item: pick(shopItems), quantity: 1 + Math.floor(Math.random() * 3) } };
}

function pick<T>(from: readonly T[]): T {
  const chosen = from[Math.floor(Math.random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}
