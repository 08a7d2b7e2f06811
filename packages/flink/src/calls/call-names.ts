/**
 * CallNames: the reserved addresses of calls on Flink, `io.signalbox.calls/call/<position>.<gateway>` (`…/stream/…` for one that wants many
 * answers), and the ways of what is sent to them. The gateway is part of the id, because a savepoint carries addresses to other systems,
 * whose numbers are others.
 */
import {
  callEndpoint,
  callNamespace,
  callStreamType,
  callType,
  type Address,
  type AnswerWish,
  type EndpointSpec,
} from "@signalbox/runtime";

/** The egress to which the function of calls passes what it is sent. */
export const answersEgress = `${callNamespace}/answers`;

/** Every job has it beside what modules declare, and no module may declare its namespace. The gateway serves it itself. */
export const callsEndpoint: EndpointSpec = {
  ...callEndpoint,
  id: `${callNamespace}/*`,
  name: "*",
  batchMessagesMax: 100,
  transport: { ...callEndpoint.transport, connectTimeoutMs: 5_000, poolTtlMs: 15_000 },
};

export interface NamedCall {
  /** The position of the message in the ingress log. */
  readonly position: number;
  readonly wish: AnswerWish;
}

export function callerOn(gateway: string, { position, wish }: NamedCall): Address {
  return { type: wish === "one" ? callType : callStreamType, id: `${position}.${gateway}` };
}

/** Returns undefined when the address is no call of this gateway. */
export function parseCaller(gateway: string, { type, id }: Address): NamedCall | undefined {
  const wish = type === callType ? "one" : type === callStreamType ? "many" : undefined;
  const [position = "", other] = id.split(/\.(.*)/s);
  if (wish === undefined || other !== gateway || !/^[1-9]\d{0,15}$/.test(position)) return undefined;
  return Number.isSafeInteger(Number(position)) ? { position: Number(position), wish } : undefined;
}
