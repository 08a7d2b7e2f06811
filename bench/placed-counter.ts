/**
 * The benchmark's function on our SDK, the same in every placement (workload.ts says what it does). It imports only the SDK, because it is
 * also loaded as embedded code.
 */
import { bytes, entity } from "@signalbox/functions";

const value = bytes("bench/value");

export const counter = entity("bench/counter", {
  state: { sum: value },
  messages: { value },
  on: {
    value(ctx, message: Uint8Array) {
      const before = ctx.state.sum.get();
      const next = new Uint8Array(32);
      const sum = before === undefined ? 0n : new DataView(before.buffer, before.byteOffset).getBigUint64(0, true);
      const increment = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
      new DataView(next.buffer).setBigUint64(0, sum + BigInt(increment), true);
      ctx.state.sum.set(next);
    },
  },
});
