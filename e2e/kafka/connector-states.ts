/** What the gateway says of its connectors (GET /v1/connectors), and modules with a Kafka ingress or egress for the tests of bad days. */
import type { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

export interface ConnectorRow {
  readonly id: string;
  readonly direction: string;
  readonly state: string;
  readonly what: string;
  readonly cure: string;
}

async function connectors(gateway: Gateway): Promise<readonly ConnectorRow[]> {
  return (await gateway.api.request<{ connectors: readonly ConnectorRow[] }>("GET", "/v1/connectors")).connectors;
}

/** `saying` must occur in its cause. */
export interface Wanted {
  readonly state: string;
  readonly saying?: string;
}

export async function inState(gateway: Gateway, id: string, wanted: string | Wanted): Promise<ConnectorRow> {
  const { state, saying = "" } = typeof wanted === "string" ? { state: wanted } : wanted;
  const isIt = (one: ConnectorRow): boolean => one.id === id && one.state === state && one.what.includes(saying);
  return until(async () => (await connectors(gateway)).find(isIt), {
    what: `${id} to be ${state}${saying === "" ? "" : `, saying: ${saying}`}`,
    timeoutMs: 120_000,
  });
}

interface IngressOptions {
  readonly topic?: string;
  readonly properties?: readonly string[];
}

export function ingressYaml(id: string, address: string, { topic = "any", properties = [] }: IngressOptions = {}): string {
  return `kind: io.statefun.kafka.v1/ingress\nspec:\n  id: ${id}\n  address: ${address}\n  startupPosition: {type: earliest}\n${propertiesYaml(properties)}  topics:\n    - topic: ${topic}\n      valueType: test/record\n      targets: [test/relay]\n`;
}

interface EgressOptions {
  readonly delivery?: string;
  readonly properties?: readonly string[];
  readonly deadLetters?: string;
}

export function egressYaml(
  id: string,
  address: string,
  { delivery = "at-least-once", properties = [], deadLetters }: EgressOptions = {},
): string {
  const letters = deadLetters === undefined ? "" : `  deadLetters: ${deadLetters}\n`;
  return `kind: io.statefun.kafka.v1/egress\nspec:\n  id: ${id}\n  address: ${address}\n  deliverySemantic: {type: ${delivery}}\n${propertiesYaml(properties)}${letters}`;
}

function propertiesYaml(properties: readonly string[]): string {
  return properties.length === 0 ? "" : `  properties:\n${properties.map((line) => `    - ${line}\n`).join("")}`;
}
