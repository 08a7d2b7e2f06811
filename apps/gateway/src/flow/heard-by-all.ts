/**
 * heardByAll: one digest for everybody who counts beside the traffic (flow, rollups, failures, telemetry). Neighbour: open-flow.ts lists
 * them.
 * Guarantee: one that throws keeps nobody else from hearing, and does not end the gateway; its first failure is told.
 */
export function heardByAll<T>(listeners: readonly ((digest: T) => void)[], failed: (error: unknown) => void): (digest: T) => void {
  const told = new Set<number>();
  return (digest) => {
    for (const [place, listen] of listeners.entries()) {
      try {
        listen(digest);
      } catch (error) {
        if (!told.has(place)) failed(error);
        told.add(place);
      }
    }
  };
}
