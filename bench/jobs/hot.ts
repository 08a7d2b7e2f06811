/** One hot entity: its messages travel in batches, one invocation at a time. */
import { until } from "../../e2e/stack/until.ts";
import type { Job } from "../job.ts";
import { streamLoad } from "../load/stream-load.ts";
import { System } from "../system.ts";
import { functionTypes, hotIds, inFlightBatches, randomIds, stateName } from "../workload.ts";

export const hot: Job = {
  name: "hot",
  what: "add to one hot entity over the stream",
  async run({ folder, seconds, warmUpSeconds }) {
    await using system = await System.start({ folder });
    const load = (lasts: number) =>
      streamLoad(system.grpc, {
        inFlight: inFlightBatches,
        seconds: lasts,
        type: functionTypes.counter,
        nextId: randomIds(hotIds, "hot"),
      });
    let sent = 0;
    const counted = async (lasts: number) => {
      const done = await load(lasts);
      sent += done.sent;
      return done;
    };
    await system.measure(() => counted(warmUpSeconds));
    const figures = await system.measure(() => counted(seconds));
    await sumReaches(system, { sent, id: "e0" });
    return [{ line: "hot", inFlight: inFlightBatches, figures }];
  },
};

/** If messages were lost or counted twice, the rate would mean nothing, so the entity's sum must be what was sent. */
export async function sumReaches(system: System, { sent, id }: { sent: number; id: string }): Promise<void> {
  const address = { type: functionTypes.counter, id };
  const sum = async (): Promise<bigint> => {
    const { state } = await system.gateway.api.entity(address);
    return Buffer.from(state.find(({ name }) => name === stateName)?.bytes ?? "", "base64").readBigUInt64LE(0);
  };
  // The last reply may still be on its way into an epoch.
  await until(async () => (await sum()) >= BigInt(sent), { what: `the hot entity's sum to reach ${sent}` });
  const found = await sum();
  if (found !== BigInt(sent)) throw new Error(`${sent} messages were sent and the entity's sum is ${found}`);
}
