/**
 * ByteGate lets work begin in order, with no more bytes at once than its bound, except one piece that alone is larger; all of it begins in
 * the end.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteGate } from "../src/adapters/embedded/byte-gate.ts";

test("work begins in order and within the byte limit, and no work is left waiting", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(150), { maxLength: 40 }), fc.infiniteStream(fc.nat(10)), (sizes, draws) => {
      const gate = new ByteGate(100);
      const begun: number[] = [];
      const underWay: number[] = [];
      const leaveOne = (): void => {
        const [left] = underWay.splice(draws.next().value % underWay.length, 1);
        if (left !== undefined) gate.leave(left);
      };
      for (const [index, bytes] of sizes.entries()) {
        gate.enter(bytes, () => {
          begun.push(index);
          underWay.push(bytes);
        });
        expect(underWay.length === 1 || gate.bytes <= 100).toBe(true);
        if (underWay.length > 0 && draws.next().value < 4) leaveOne();
      }
      while (underWay.length > 0) leaveOne();
      expect(begun).toEqual(sizes.map((_, index) => index));
      expect(gate.bytes).toBe(0);
    }),
  );
});
