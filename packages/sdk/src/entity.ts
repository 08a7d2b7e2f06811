/**
 * entity(): a function's definition as data: its type name, the states it keeps, the messages it takes and what it does with each. All
 * types follow from it. Neighbours: dispatch.ts runs it, whatever the host.
 */
import { checkedId, typeNameParts, type Address } from "./address.ts";
import type { Context } from "./context.ts";
import type { OutgoingMessage } from "./message.ts";
import { stateDefinitions, type StateDeclarations, type StateDefinition } from "./state.ts";
import { valueTypeOf, type Declared, type ValueOf, type ValueType } from "./value-type.ts";

/** Messages by name. A schema's values have this name as their type name, in the entity's namespace unless the name has one. */
export type MessageDeclarations = Readonly<Record<string, Declared<unknown>>>;

export type Handler<Declarations extends StateDeclarations, Value> = (ctx: Context<Declarations>, message: Value) => void | Promise<void>;

export interface EntityOptions<Declarations extends StateDeclarations, Messages extends MessageDeclarations> {
  readonly state?: Declarations;
  readonly messages: Messages;
  readonly on: { readonly [Name in keyof Messages]: Handler<Declarations, ValueOf<Messages[Name]>> };
}

/** A definition as the hosts see it, without its types. */
export interface AnyEntity {
  readonly type: string;
  readonly states: readonly StateDefinition[];
  /** By the type name of the message's value. */
  readonly handlers: ReadonlyMap<string, BoundHandler>;
}

export interface BoundHandler {
  readonly valueType: ValueType<unknown>;
  readonly handle: (ctx: Context, message: unknown) => void | Promise<void>;
}

export interface Entity<Messages extends MessageDeclarations> extends AnyEntity {
  /** A reference to the entity with this id, for sending to it. */
  to(id: string): EntityReference<Messages>;
}

export interface EntityReference<Messages extends MessageDeclarations> extends Address {
  /**
   * A message for the entity.
   * @example
   * ctx.send(cart.to("ada").message("AddItem", { sku: "sku-1", count: 2 }));
   */
  message<Name extends keyof Messages & string>(name: Name, value: ValueOf<Messages[Name]>): OutgoingMessage;
}

/**
 * Defines a function type.
 * @example
 * export const cart = entity("shop/cart", {
 *   state: { items: z.array(Item), total: types.int },
 *   messages: { AddItem: Item },
 *   on: {
 *     AddItem(ctx, item) {
 *       ctx.state.items.set([...(ctx.state.items.get() ?? []), item]);
 *     },
 *   },
 * });
 */
export function entity<const Declarations extends StateDeclarations, const Messages extends MessageDeclarations>(
  type: string,
  options: EntityOptions<Declarations, Messages>,
): Entity<Messages> {
  const { namespace } = typeNameParts(type, "entity");
  checkOptions(type, options);
  const valueTypes = new Map<string, ValueType<unknown>>();
  const handlers = new Map<string, BoundHandler>();
  for (const [name, declared] of Object.entries<Declared<unknown>>(options.messages)) {
    const typename = name.includes("/") ? name : `${namespace}/${name}`;
    const valueType = valueTypeOf(declared, typename, `message "${name}" of ${type}`);
    if (handlers.has(valueType.typename)) throw new TypeError(`${type}: two messages have the value type ${valueType.typename}`);
    // The types of `on` follow from `messages`, which TypeScript cannot see here.
    const handle = options.on[name] as BoundHandler["handle"] | undefined;
    if (handle === undefined) throw new TypeError(`${type}: message "${name}" has no handler in \`on\``);
    if (typeof handle !== "function") throw new TypeError(`${type}: what \`on\` has for message "${name}" is no function`);
    valueTypes.set(name, valueType);
    handlers.set(valueType.typename, { valueType, handle });
  }
  return {
    type,
    states: stateDefinitions(type, options.state ?? {}),
    handlers,
    to(id) {
      const target: Address = { type, id: checkedId(id) };
      return {
        ...target,
        message(name, value) {
          const valueType = valueTypes.get(name);
          if (valueType === undefined) throw new TypeError(`${type} takes no message "${name}"`);
          return { target, value: { typename: valueType.typename, bytes: valueType.encode(value) } };
        },
      };
    },
  };
}

/** JavaScript has no types, and TypeScript's are stripped. */
function checkOptions(type: string, options: { readonly messages?: object; readonly on?: object } | undefined): void {
  const { messages, on } = options ?? {};
  if (messages === undefined || on === undefined)
    throw new TypeError(
      `${type} has no \`${messages === undefined ? "messages" : "on"}\`; define it by entity(type, { state, messages, on })`,
    );
  for (const name of Object.keys(on))
    if (!Object.hasOwn(messages, name)) throw new TypeError(`${type}: \`on\` handles "${name}", which \`messages\` does not declare`);
}
