/**
 * WireConnections: how many connections PostgreSQL's clients have, how many they may have, and how many were refused for that reason, for
 * health and metrics. It exists before the port opens, and also where there is no port.
 * Neighbours: surfaces/postgres/postgres-server.ts counts; surfaces/http/health.ts and metrics/ show the numbers.
 */

export interface WireConnectionsView {
  readonly open: number;
  /** The number of connections that are allowed; 0 when the port is off. */
  readonly limit: number;
  /** Connections that were refused since the start. */
  readonly refused: number;
}

export class WireConnections {
  #open = 0;
  #limit = 0;
  #refused = 0;

  /** Called when the port opens, with the number of connections that are allowed. */
  begin(connectionsMax: number): void {
    this.#limit = connectionsMax;
  }

  /** Returns false when the limit is reached. */
  enter(): boolean {
    if (this.#open >= this.#limit) {
      this.#refused += 1;
      return false;
    }
    this.#open += 1;
    return true;
  }

  leave(): void {
    this.#open -= 1;
  }

  view(): WireConnectionsView {
    return { open: this.#open, limit: this.#limit, refused: this.#refused };
  }
}
