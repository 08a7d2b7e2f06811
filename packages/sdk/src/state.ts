/**
 * State: the values that an entity keeps. A declaration says their types and when they expire; a handler reads and writes them through
 * StateValue. Neighbours: entity.ts declares, dispatch.ts opens them for a batch and collects what was written.
 */
import { checkedBytes } from "./checked-effect.ts";
import { durationMs, type Duration } from "./duration.ts";
import type { Expiry, StateSpec } from "./protocol/reply.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";
import type { Turn } from "./turn.ts";
import { ValueError } from "./value-error.ts";
import { valueTypeOf, type Declared, type ValueOf, type ValueType } from "./value-type.ts";

/** A declaration that expires: see `expiring`. */
export interface Expiring<Value> {
  readonly kind: "expiring";
  readonly declared: Declared<Value>;
  readonly expiry: Expiry;
}

export type StateDeclaration<Value> = Declared<Value> | Expiring<Value>;
export type StateDeclarations = Readonly<Record<string, StateDeclaration<unknown>>>;
export type StateValueOf<Declaration> = Declaration extends Expiring<infer Value> ? Value : ValueOf<Declaration>;

/** When a value expires: this long after it was last written, or after the entity was last called. */
export type ExpiryRule = { readonly afterWrite: Duration } | { readonly afterCall: Duration };

/**
 * A state value that expires.
 * @example
 * state: { session: expiring(z.object({ user: z.string() }), { afterCall: "30m" }) }
 */
export function expiring<Value>(declared: Declared<Value>, rule: ExpiryRule): Expiring<Value> {
  const [mode, after] = "afterWrite" in rule ? (["after-write", rule.afterWrite] as const) : (["after-call", rule.afterCall] as const);
  const afterMs = durationMs(after);
  if (afterMs === 0) throw new TypeError("a state that expires after 0 ms would never be seen; leave it out");
  return { kind: "expiring", declared, expiry: { mode, afterMs } };
}

/** One value of the entity that is being called. */
export interface StateValue<Value> {
  /** undefined when it was never written, was deleted, or has expired. Change a copy and `set` it: changes in place are not kept. */
  get(): Value | undefined;
  set(value: Value): void;
  delete(): void;
}

export type States<Declarations extends StateDeclarations> = {
  readonly [Name in keyof Declarations]: StateValue<StateValueOf<Declarations[Name]>>;
};

/** A declared state with all that its values need. */
export interface StateDefinition {
  readonly spec: StateSpec;
  readonly type: ValueType<unknown>;
}

const stateName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A schema's values have the type name `namespace/name.state`. */
export function stateDefinitions(entityType: string, declarations: StateDeclarations): readonly StateDefinition[] {
  return Object.entries(declarations).map(([name, declaration]) => {
    if (!stateName.test(name)) throw new TypeError(`state "${name}" of ${entityType}: letters, digits and _ only, no digit at first`);
    const { declared, expiry } = isExpiring(declaration) ? declaration : { declared: declaration, expiry: undefined };
    const type = valueTypeOf(declared, `${entityType}.${name}`, `state ${name} of ${entityType}`);
    return { type, spec: { name, typename: type.typename, expiry } };
  });
}

/** Schemas may have a `kind` of their own (valibot, arktype). */
function isExpiring(declaration: StateDeclaration<unknown>): declaration is Expiring<unknown> {
  const given: unknown = declaration;
  return typeof given === "object" && given !== null && "kind" in given && given.kind === "expiring" && "expiry" in given;
}

/** One value during one batch: decoded when it is first read, encoded when it is written. */
export class OpenState {
  readonly definition: StateDefinition;
  #bytes: Uint8Array | undefined;
  #decoded: { readonly value: unknown } | undefined;
  #written = false;

  constructor(definition: StateDefinition, stored: TypedBytes | undefined) {
    this.definition = definition;
    this.#bytes = stored?.bytes;
  }

  get name(): string {
    return this.definition.spec.name;
  }

  /** The change for the reply; undefined when there is none. */
  get mutation(): { readonly value: TypedBytes | undefined } | undefined {
    if (!this.#written) return undefined;
    return { value: this.#bytes && { typename: this.definition.type.typename, bytes: this.#bytes } };
  }

  get(): unknown {
    if (this.#bytes === undefined) return undefined;
    this.#decoded ??= { value: this.#read(this.#bytes) };
    return this.#decoded.value;
  }

  #read(bytes: Uint8Array): unknown {
    try {
      return this.definition.type.decode(bytes);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      const cure = "if its type changed, let the new one take what was stored (a default, a union), or edit the value and retry";
      throw new ValueError(`state ${this.name}: what is stored does not fit its type; ${cure}. ${error.message}`);
    }
  }

  set(value: unknown): void {
    const { spec, type } = this.definition;
    this.#bytes = checkedBytes(type.encode(value), `state ${spec.name}: ${type.typename}`);
    this.#decoded = undefined;
    this.#written = true;
  }

  delete(): void {
    this.#bytes = undefined;
    this.#decoded = undefined;
    this.#written = true;
  }
}

/** A value as one handler sees it, as long as its turn lasts. */
export class StateHandle implements StateValue<unknown> {
  readonly #state: OpenState;
  readonly #turn: Turn;

  constructor(state: OpenState, turn: Turn) {
    this.#state = state;
    this.#turn = turn;
  }

  get(): unknown {
    return this.#state.get();
  }

  set(value: unknown): void {
    this.#turn.does(`ctx.state.${this.#state.name}.set`, () => this.#state.set(value));
  }

  delete(): void {
    this.#turn.does(`ctx.state.${this.#state.name}.delete`, () => this.#state.delete());
  }
}
