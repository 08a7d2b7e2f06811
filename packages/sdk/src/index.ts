/** The public names of @signalbox/functions. Hosts are subpaths: @signalbox/functions/node, /fetch, /grpc, /embedded; the client is /client, protobuf values are /protobuf. */
export type { Address } from "./address.ts";
export { durationMs, type Duration } from "./duration.ts";
export { entity, type AnyEntity, type Entity, type EntityOptions, type EntityReference, type Handler } from "./entity.ts";
export { expiring, type ExpiryRule, type StateValue, type States } from "./state.ts";
export { bytes, json, ValueError, type Declared, type ValueOf, type ValueType } from "./value-type.ts";
export { types } from "./built-in-types.ts";
export { message, type OutgoingMessage } from "./message.ts";
export type { Context, Log } from "./context.ts";
export { Reject, RetryLater } from "./outcome.ts";
export { egress, type Egress } from "./egress.ts";
export { httpEgress, kafkaEgress, kinesisEgress, type KafkaEgressRecord, type KinesisEgressRecord } from "./egress-kinds.ts";
export {
  httpRecord,
  kafkaRecord,
  kinesisRecord,
  record,
  type EgressRecord,
  type HttpBody,
  type KafkaRecord,
  type KinesisRecord,
} from "./egress-record.ts";
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  type FailedOutcome,
  type InvokeOutcome,
  type Outcome,
} from "./dispatch.ts";
