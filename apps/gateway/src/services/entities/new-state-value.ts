/**
 * newStateValue: turns a state value as a person wrote it into the engine's. A type that was left out is the registered one, or that of the
 * present value.
 */
import { EngineError, type Address, type TypedValue } from "@signalbox/runtime";
import type { StateText } from "../../contract/shapes/value.ts";
import { typedValue } from "../../values/typed-text.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "values">;

interface NewValue {
  readonly address: Address;
  readonly name: string;
  readonly value: StateText;
}

export async function newStateValue(parts: Parts, { address, name, value }: NewValue): Promise<TypedValue> {
  const typename = value.typename ?? (await typenameOf(parts.engine, address, name));
  return typedValue(parts.values, "text" in value ? { typename, text: value.text } : { typename, base64: value.base64 });
}

async function typenameOf(engine: Parts["engine"], address: Address, name: string): Promise<string> {
  const registered = engine
    .functionTypes()
    .find((type) => type.type === address.type)
    ?.states.find((state) => state.name === name);
  if (registered !== undefined) return registered.typename;
  const held = (await engine.entity(address))?.state.find((state) => state.name === name)?.value;
  if (held !== undefined) return held.typename;
  throw new EngineError(
    "UNKNOWN_STATE",
    `${address.type} has no state named ${name}`,
    "Use a name that the function registered, or name the value's typename.",
  );
}
