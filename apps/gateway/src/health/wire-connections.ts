/**
 * WireConnections: how many connections PostgreSQL's clients have, how many they may have, and how many were refused for that, for health and metrics. It is there
 * before the port is, and where there is none. Neighbours: surfaces/postgres/postgres-server.ts counts; surfaces/http/health.ts and metrics/ tell.
 */

export interface WireConnectionsView {
  readonly open: number;
  /** 0: the port is off. */
  readonly limit: number;
  /** Since the start. */
  readonly refused: number;
}

export class WireConnections {
  #open = 0;
  #limit = 0;
  #refused = 0;

  /** The port opens, for so many. */
  begin(connectionsMax: number): void {
    this.#limit = connectionsMax;
  }

  /** False: there are as many as may be. */
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
