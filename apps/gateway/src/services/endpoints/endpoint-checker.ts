/**
 * EndpointChecker: asks an endpoint whether it speaks the protocol and serves the named types, without running anything (a batch request of
 * no invocations and no state values). Answers with the cause and its cure, never throws for the far side. Guarantee: it never shows the
 * body of a bad answer, because the caller of a check must not read what only the gateway can reach.
 */
import {
  urlOfFunction,
  type EndpointSpec,
  type Failure,
  type FailureCode,
  type ProbeResult,
  type EndpointProber,
} from "@signalbox/runtime";
import { expirationText } from "../../views/entity-views.ts";
import type { EndpointCheck } from "../../contract/functions/functions.ts";

export interface EndpointQuestion {
  readonly urlTemplate: string;
  readonly functions: string;
  readonly typeNames: readonly string[];
}

export interface EndpointChecker {
  check(question: EndpointQuestion): Promise<EndpointCheck>;
  /** Types that an endpoint said it serves since the gateway started, the last servedTypesMax. */
  served(): readonly ServedType[];
  close(): Promise<void>;
}

export type ServedType = Pick<EndpointCheck["types"][number], "type" | "states">;

const servedTypesMax = 500;
const checkTimeoutMs = 5_000;
/** The name that is asked for when a wildcard is checked without a type; only whether something answers counts then. */
const anyName = "signalbox-check";

export function createEndpointChecker(prober: EndpointProber): EndpointChecker {
  const served = new Map<string, ServedType>();
  const remember = ({ types }: EndpointCheck): void => {
    for (const { type, states, served: isServed } of types) {
      served.delete(type);
      if (isServed) served.set(type, { type, states });
    }
    for (const type of [...served.keys()].slice(0, Math.max(0, served.size - servedTypesMax))) served.delete(type);
  };
  return {
    served: () => [...served.values()],
    async check(question) {
      const endpoint = specOf(question);
      const exact = endpoint.name === "*" ? [] : [question.functions];
      const named = [...new Set([...exact, ...question.typeNames])];
      const asked = named.length > 0 ? named : [`${endpoint.namespace}/${anyName}`];
      const results = new Map<string, ProbeResult>();
      for (const typeName of asked) {
        const result = await prober.probe({ endpoint, typeName, timeoutMs: checkTimeoutMs });
        results.set(typeName, result);
        if (result.kind === "failed" && result.failure.scope === "down") break;
      }
      prober.rest();
      const check = named.length > 0 ? checkOfTypes(question, results) : checkOfReach(question, results.values().next().value);
      remember(check);
      return check;
    },
    close: () => prober.close(),
  };
}

function checkOfTypes(question: EndpointQuestion, results: ReadonlyMap<string, ProbeResult>): EndpointCheck {
  const all = [...results];
  const failed = all.flatMap(([, result]) => (result.kind === "failed" ? [result.failure] : []));
  const worst = failed.find((failure) => failure.scope === "down") ?? failed[0];
  const types = all.map(([type, result]) => ({
    type,
    served: result.kind === "served",
    message: result.kind === "served" ? statesText(result.states.length) : toldOf(result.failure),
    states:
      result.kind === "served"
        ? result.states.map((state) => ({ name: state.name, typename: state.typename, expiration: expirationText(state) }))
        : [],
  }));
  return {
    ok: worst === undefined,
    code: worst === undefined ? "ok" : checkCode(worst.code),
    url: urlOfFunction(question.urlTemplate, all[0]?.[0] ?? ""),
    types,
    message: worst === undefined ? servedText(all.length) : toldOf(worst),
    cure: worst === undefined ? "" : cureOf(worst, question),
    roundTripMs: fastest(all.map(([, result]) => result)),
    stateChanges: [],
  };
}

/** With no type to ask for, an error status still shows that a function server may be there; a wrong content type shows that it is not. */
function checkOfReach(question: EndpointQuestion, result: ProbeResult | undefined): EndpointCheck {
  const failure = result?.kind === "failed" ? result.failure : undefined;
  const answered = failure === undefined || failure.code === "ENDPOINT_ERROR";
  return {
    ok: answered,
    code: failure === undefined || answered ? "ok" : checkCode(failure.code),
    url: urlOfFunction(question.urlTemplate, `x/${anyName}`),
    types: [],
    stateChanges: [],
    message: answered
      ? "Something answers there. Name the types it serves to check each of them."
      : failure === undefined
        ? ""
        : toldOf(failure),
    cure: failure === undefined || answered ? "" : cureOf(failure, question),
    roundTripMs: result === undefined ? null : Math.round(result.durationMs * 10) / 10,
  };
}

function servedText(types: number): string {
  return types === 1 ? "It answers and serves the type." : `It answers and serves all ${types} types.`;
}

/** The text for a failure. The reason why a reply cannot be read is left out, because it quotes the bytes. */
function toldOf(failure: Failure): string {
  return failure.code === "REPLY_MALFORMED" ? "What answers there is no reply of a StateFun function." : failure.message;
}

function statesText(count: number): string {
  return count === 0 ? "served, without state" : count === 1 ? "served, with 1 state" : `served, with ${count} states`;
}

function fastest(results: readonly ProbeResult[]): number | null {
  const answered = results
    .filter((result) => result.kind === "served" || result.failure.scope !== "down")
    .map((result) => result.durationMs);
  return answered.length === 0 ? null : Math.round(Math.min(...answered) * 10) / 10;
}

const checkCodes: Partial<Record<FailureCode, string>> = {
  ENDPOINT_DNS: "dns",
  ENDPOINT_REFUSED: "refused",
  ENDPOINT_TLS: "tls",
  ENDPOINT_CONNECT_TIMEOUT: "connect-timeout",
  ENDPOINT_FORBIDDEN: "forbidden",
  CALL_TIMEOUT: "timeout",
  ENDPOINT_ERROR: "status",
  ENDPOINT_OVERLOADED: "status",
  REPLY_STATUS: "status",
  REPLY_CONTENT_TYPE: "not-statefun",
  REPLY_MALFORMED: "not-statefun",
};

function checkCode(code: FailureCode): string {
  return checkCodes[code] ?? code;
}

/** An error status mostly means that the server does not know the type, or that the path belongs to something else. */
function cureOf(failure: Failure, question: EndpointQuestion): string {
  switch (checkCode(failure.code)) {
    case "status":
      // A gRPC status is more precise: it says what the server does not know.
      if (question.urlTemplate.startsWith("grpc")) return failure.cure;
      return `Something answers there but refused. Check that it serves these types (names are case-sensitive) and that ${question.urlTemplate} is the path of its StateFun handler.`;
    case "not-statefun":
      return `What answers at ${question.urlTemplate} is not a StateFun handler. Check the port and the path.`;
    default:
      return failure.cure;
  }
}

function specOf(question: EndpointQuestion): EndpointSpec {
  const slash = question.functions.indexOf("/");
  return {
    id: question.functions,
    module: "",
    namespace: question.functions.slice(0, slash),
    name: question.functions.slice(slash + 1),
    urlTemplate: question.urlTemplate,
    batchMessagesMax: 1,
    transport: {
      callTimeoutMs: checkTimeoutMs,
      connectTimeoutMs: 3_000,
      readTimeoutMs: checkTimeoutMs,
      poolTtlMs: 1_000,
      poolConnectionsMax: 1,
      payloadBytesMax: 1024 * 1024,
      tls: undefined,
    },
  };
}
