/**
 * Keys: the keys of rows in the store of a Flink runtime. Numbers are 16 hex digits, so that their order as texts is that of the numbers.
 */

const digits = 16;

export function hex(value: number): string {
  return value.toString(16).padStart(digits, "0");
}

export function fromHex(text: string): number {
  return Number.parseInt(text, 16);
}

export const keys = {
  message: (position: number): string => `m/${hex(position)}`,
  /** An idempotency key with its target, hashed. */
  idempotency: (hash: string): string => `k/${hash}`,
  idempotencyAge: (atMs: number, hash: string): string => `x/${hex(atMs)}/${hash}`,
  producer: (name: string): string => `p/${name}`,
  record: (egress: string, sequence: number): string => `e/${egress}\0${hex(sequence)}`,
  transaction: (id: string): string => `t/${id}`,
  transactionAge: (atMs: number, id: string): string => `y/${hex(atMs)}/${id}`,
  /** The key of a call, or of one of its many answers; `name` is made of numbers in hex. */
  answer: (name: string): string => `c/${name}`,
  answerAge: (atMs: number, name: string): string => `z/${hex(atMs)}/${name}`,
  /** The key of a single document. */
  meta: (name: string): string => `s/${name}`,
};

/** The range of all keys that begin so. */
export function below(prefix: string): { readonly gte: string; readonly lt: string } {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}` };
}
