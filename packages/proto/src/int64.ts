/**
 * int64: exact conversions between the generated code's 64-bit fields and our numbers.
 * Guarantee: toBigInt is exact over the whole range; toSafeNumber clamps to ±(2^53 − 1) and never rounds in between.
 */
export interface Bits64 {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

export type Int64Field = number | Bits64 | null | undefined;

export function toBigInt(field: Int64Field): bigint {
  if (field === null || field === undefined) return 0n;
  if (typeof field === "number") return BigInt(field);
  const bits = (BigInt(field.high >>> 0) << 32n) | BigInt(field.low >>> 0);
  return field.unsigned ? bits : BigInt.asIntN(64, bits);
}

export function toSafeNumber(field: Int64Field): number {
  if (field === null || field === undefined) return 0;
  if (typeof field === "number") return field;
  if (field.high === 0) return field.low >>> 0;
  const exact = toBigInt(field);
  if (exact > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (exact < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(exact);
}

/** For encoding a signed 64-bit field. */
export function toBits64(value: bigint): Bits64 {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: false };
}
