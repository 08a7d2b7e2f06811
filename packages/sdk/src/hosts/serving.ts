/** Serving: functions that listen somewhere, until they are closed. Neighbours: node.ts and grpc.ts give one. */
export interface Serving extends AsyncDisposable {
  /** The URL for an endpoint of a module. */
  readonly url: string;
  /** Stops listening; resolves when every request under way has been answered. */
  close(): Promise<void>;
}
