/**
 * MemoryAnswers: the name under which a message to the caller of a call is kept. With one answer it is the call's; with many it is the next
 * index, until the function says that it is done. Later messages get the last name, which is taken already. Neighbour: memory-machine.ts
 * keeps the value.
 */
import { sameAddress } from "../model/address.ts";
import { callAddress, callDoneTypename, callStreamAddress, callStreamType, callType } from "../model/call.ts";
import type { Message } from "../model/message.ts";
import { forgetOldest, type MemoryTables } from "./memory-tables.ts";

/** Undefined when the message is for a function. */
export function answeredBy(tables: MemoryTables, { target, value }: Pick<Message, "target" | "value">): string | undefined {
  if (target.type === callType) return target.id;
  const call = Number(target.id);
  if (target.type !== callStreamType || !sameAddress(callStreamAddress(call), target)) return undefined;
  const { count, isOver } = tables.streams.get(call) ?? { count: 0, isOver: false };
  if (isOver) return callAddress(call, count - 1).id;
  if (count === 0) forgetOldest(tables.streams, tables.limits.keysMax);
  tables.streams.set(call, { count: count + 1, isOver: value.typename === callDoneTypename });
  return callAddress(call, count).id;
}
