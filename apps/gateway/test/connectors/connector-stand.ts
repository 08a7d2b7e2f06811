/**
 * A supervisor over one kind, in memory and on a clock that the test moves. The conformance suites and the tests of kinds use it.
 */
import { placesOf } from "@signalbox/engine";
import type { Connector, ConnectorHost } from "../../src/connectors/connector.ts";
import type { DeclaredConnector } from "../../src/connectors/declared-connector.ts";
import { Supervisor } from "../../src/connectors/supervisor.ts";
import { Hooks } from "../../src/listener/hooks.ts";
import { openToAll } from "../../src/identity/identity.ts";
import { RequestBytes } from "../../src/listener/request-bytes.ts";
import { SiteRules } from "../../src/listener/site-rules.ts";
import { lookUp } from "../../src/shape/json-look-up.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryEngine } from "./memory-engine.ts";

export interface ConnectorStand {
  readonly engine: MemoryEngine;
  readonly clock: ManualClock;
  readonly supervisor: Supervisor;
  readonly declared: DeclaredConnector;
  readonly warned: string[];
  readonly hooks: Hooks;
  begin(): Promise<void>;
  state(): string;
}

export function declare(connector: Connector, spec: unknown, id = "shop/io"): DeclaredConnector {
  const { direction, kind } = connector;
  const position = { line: 1, column: 1 };
  return { direction, kind, id, module: "test", spec, shown: {}, claims: [{ key: `${direction} ${id}`, what: id, position }], position };
}

export function standHost(hooks: Hooks, logError: ConnectorHost["logError"]): ConnectorHost {
  return {
    host: "127.0.0.1",
    identity: openToAll,
    site: new SiteRules({ host: "127.0.0.1", allowedHosts: [], allowedOrigins: [] }),
    messageBytesMax: 1000,
    messageHeadersBytesMax: 2048,
    held: new RequestBytes(1_000_000),
    hooks,
    lookUp: (bytes, pointers) => Promise.resolve(lookUp(bytes, pointers)),
    places: placesOf([]),
    logError,
  };
}

export function connectorStand(connector: Connector, spec: unknown, engine = new MemoryEngine()): ConnectorStand {
  const clock = new ManualClock();
  const warned: string[] = [];
  const hooks = new Hooks();
  const host = standHost(hooks, (error, where) => warned.push(`${where}: ${String(error)}`));
  const supervisor = new Supervisor({
    engine,
    kinds: [connector],
    host,
    clock,
    random: { draw: () => 0.5 },
    warn: (message) => warned.push(message),
  });
  const declared = declare(connector, spec);
  return {
    engine,
    clock,
    supervisor,
    declared,
    warned,
    hooks,
    begin: () => supervisor.begin([declared]),
    state: () => supervisor.views().map(({ state }) => state.kind)[0] ?? "none",
  };
}
