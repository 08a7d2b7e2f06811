/**
 * checkEndpoint: compares what an endpoint declares with what is stored. A function that declares a state with another type than its stored
 * values would park every entity at its next message (STATE_TYPE_MISMATCH), so the check fails and names the state, both types and the
 * entities that hold it. Neighbours: endpoint-checker.ts asks the endpoint; also for stored types under a wildcard that the question did
 * not name. Guarantee: bounded reads; when more entities hold a value than were read, it says so.
 */
import type { Engine, FunctionTypeView } from "@signalbox/runtime";
import type { EndpointCheck } from "../../contract/functions/functions.ts";
import type { EndpointChecker, EndpointQuestion } from "./endpoint-checker.ts";

type Types = EndpointCheck["types"];
type StateChange = EndpointCheck["stateChanges"][number];

const knownTypesAskedMax = 20;
const entitiesReadMax = 1_000;
const entitiesReadAtOnce = 50;

interface Parts {
  readonly engine: Pick<Engine, "functionTypes" | "entityViews">;
  readonly checker: Pick<EndpointChecker, "check">;
}

export async function checkEndpoint({ engine, checker }: Parts, question: EndpointQuestion): Promise<EndpointCheck> {
  const known = engine.functionTypes().filter(({ type, states }) => states.length > 0 && isUnder(question.functions, type));
  const unnamed = known.map(({ type }) => type).filter((type) => !question.typeNames.includes(type));
  // A question without types is about those that are stored.
  const typeNames = question.typeNames.length > 0 ? question.typeNames : unnamed.slice(0, knownTypesAskedMax);
  const check = await checker.check({ ...question, typeNames });
  if (!check.ok) return check;
  const asked = unnamed.filter((type) => !typeNames.includes(type)).slice(0, knownTypesAskedMax);
  const others = asked.length === 0 ? [] : (await checker.check({ ...question, typeNames: asked })).types;
  const stateChanges: StateChange[] = [];
  for (const difference of differences([...check.types, ...others], known))
    stateChanges.push({ ...difference, ...(await holders(engine, difference)) });
  if (stateChanges.length === 0) return check;
  const changed = new Set(stateChanges.map(({ type }) => type));
  return {
    ...check,
    ok: false,
    code: "state-type-changed",
    message: stateChanges.map(toldOf).join(" "),
    cure: "Give the new value another name, or restore the old type in the function. Until then its entities park at their next message, with all that they hold kept.",
    types: [...check.types, ...others.filter(({ type }) => changed.has(type))],
    stateChanges,
  };
}

function isUnder(functions: string, type: string): boolean {
  return functions.endsWith("/*") ? type.startsWith(functions.slice(0, -1)) : type === functions;
}

type Difference = Omit<StateChange, "entities" | "more">;

function differences(types: Types, known: readonly FunctionTypeView[]): Difference[] {
  return types.flatMap(({ type, states }) => {
    const stored = new Map(known.find((one) => one.type === type)?.states.map((state) => [state.name, state.typename]));
    return states.flatMap(({ name, typename }) => {
      const storedAs = stored.get(name);
      return storedAs === undefined || storedAs === typename ? [] : [{ type, state: name, storedAs, declaredAs: typename }];
    });
  });
}

/** How many entities hold a value of the old type. */
async function holders(engine: Parts["engine"], { type, state }: Difference): Promise<Pick<StateChange, "entities" | "more">> {
  let entities = 0;
  let read = 0;
  let cursor: string | undefined;
  do {
    const page = await engine.entityViews({ type, cursor, limit: entitiesReadAtOnce });
    entities += page.items.filter((view) => view.state.some(({ name, value }) => name === state && value !== undefined)).length;
    read += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && read < entitiesReadMax);
  return { entities, more: cursor !== undefined };
}

function toldOf({ type, state, storedAs, declaredAs, entities, more }: StateChange): string {
  const who = entities === 0 ? "no entity holds it" : entities === 1 ? "1 entity holds it" : `${entities} entities hold it`;
  return `${type} declares state "${state}" as ${declaredAs}; it is stored as ${storedAs}, and ${more ? "at least " : ""}${who}.`;
}
