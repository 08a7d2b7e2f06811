/**
 * Families of the port for PostgreSQL's clients (docs/sql.md), beside those of metrics.ts.
 */
import { Counter, Gauge, type Registry } from "prom-client";
import type { WireConnections } from "../health/wire-connections.ts";

export function wireFamilies(registry: Registry, connections: Pick<WireConnections, "view">): void {
  const registers = [registry];
  new Gauge({
    ...{ name: "signalbox_postgres_connections", help: "Open connections of PostgreSQL's clients", registers },
    collect() {
      this.set(connections.view().open);
    },
  });
  new Gauge({
    ...{ name: "signalbox_postgres_connections_max", help: "So many they may have; 0: the port is off", registers },
    collect() {
      this.set(connections.view().limit);
    },
  });
  new Counter({
    ...{ name: "signalbox_postgres_connections_refused_total", help: "Connections that were one too many", registers },
    collect() {
      this.reset();
      this.inc(connections.view().refused);
    },
  });
}
