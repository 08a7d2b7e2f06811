/** Serving: functions that listen somewhere, until they are closed. Neighbours: node.ts and grpc.ts give one. */
export interface Serving extends AsyncDisposable {
  /** As an endpoint of a module names it. */
  readonly url: string;
  /** Ends when every request under way has been answered. */
  close(): Promise<void>;
}
