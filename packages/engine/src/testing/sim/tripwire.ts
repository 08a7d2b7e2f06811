/**
 * Tripwire: while a simulated world runs, everything that would let the real world in throws DeterminismViolation: time, timers,
 * randomness, the network. Lint bans the same names in core and runtime; the tripwire also catches what lint cannot see, dependencies
 * included.
 * `performance` stays, because Node's own stream and timer code reads it; lint keeps our code from it.
 */
export class DeterminismViolation extends Error {
  constructor(name: string) {
    super(`${name} was used inside the simulation: take it from a port (clock, random, transport)`);
    this.name = "DeterminismViolation";
  }
}

const globalNames = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "WeakRef", "FinalizationRegistry"] as const;

function thrower(name: string): () => never {
  return () => {
    throw new DeterminismViolation(name);
  };
}

/** Arms the tripwire; the returned function disarms it. */
export function armTripwire(): () => void {
  const undo: (() => void)[] = [];
  const replace = (owner: object, name: string, replacement: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before === undefined) return;
    Object.defineProperty(owner, name, { configurable: true, writable: true, value: replacement });
    undo.push(() => Object.defineProperty(owner, name, before));
  };
  for (const name of globalNames) replace(globalThis, name, thrower(name));
  replace(Math, "random", thrower("Math.random"));
  replace(Crypto.prototype, "randomUUID", thrower("crypto.randomUUID"));
  replace(Crypto.prototype, "getRandomValues", thrower("crypto.getRandomValues"));
  const RealDate = Date;
  class TrippedDate extends RealDate {
    constructor(...values: [] | [number | string]) {
      if (values.length === 0) throw new DeterminismViolation("new Date()");
      super(values[0]);
    }

    static override now(): number {
      throw new DeterminismViolation("Date.now");
    }
  }
  replace(globalThis, "Date", TrippedDate);
  return () => {
    for (const restore of undo.reverse()) restore();
  };
}
