/**
 * DigestOfValue: 53 bits of a typed value. It tells whether a message that repeats an idempotency key is the message of that key, and it is
 * part of the store's format. It is no proof: whoever makes two values collide on purpose gets the answer of the first one for the second.
 */
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

const typenameEnd = 0x100;

export function digestOfValue({ typename, bytes, hasValue }: TypedValue): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < typename.length; index++) {
    const unit = typename.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  // A separator that is no byte, so that the end of the name cannot be mistaken for the beginning of the value.
  const end = hasValue === false ? typenameEnd + 1 : typenameEnd;
  high = Math.imul(high ^ end, 2654435761);
  low = Math.imul(low ^ end, 1597334677);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return (mixedLow & 0x1fffff) * 2 ** 32 + (mixedHigh >>> 0);
}
