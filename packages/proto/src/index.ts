/** The public names of @signalbox/proto, one by one. */
export {
  Address,
  AggregatedRecord,
  ApplyModuleReply,
  ApplyModuleRequest,
  AnswerRequest,
  BooleanWrapper,
  CallReply,
  CallRequest,
  FunctionAnswers,
  FunctionCalls,
  DoubleWrapper,
  ExpireMode,
  FloatWrapper,
  FromFunction,
  GetEntityReply,
  GetEntityRequest,
  HealthReply,
  HealthRequest,
  IntWrapper,
  KafkaProducerRecord,
  KinesisEgressRecord,
  ListEntitiesReply,
  ListEntitiesRequest,
  ListModulesReply,
  ListModulesRequest,
  LongWrapper,
  MutationType,
  PublishAck,
  PublishFrame,
  PublishMessage,
  SendReply,
  SendRequest,
  StringWrapper,
  ToFunction,
  TypedValue,
  type AddressProperties,
  type AnswerProperties,
  type CallReplyProperties,
  type ApplyModuleReplyProperties,
  type DelayedInvocation,
  type EgressMessage,
  type GetEntityReplyProperties,
  type HealthReplyProperties,
  type IncompleteInvocationContext,
  type InvocationResponse,
  type ListEntitiesReplyProperties,
  type ListModulesReplyProperties,
  type OutgoingInvocation,
  type OutputOrigins,
  type PersistedValueMutation,
  type PersistedValueSpec,
  type PublishAckProperties,
  type PublishFrameProperties,
  type PublishMessageProperties,
  type SendReplyProperties,
  type TypedValueProperties,
} from "./messages.ts";
export { toBigInt, toBits64, toSafeNumber, type Bits64, type Int64Field } from "./int64.ts";
export { builtInTypenames, isBuiltInTypename, type BuiltInTypename } from "./built-in-types.ts";
export { isValueOfItsType } from "./built-in-check.ts";
export {
  DescriptorRegistry,
  descriptorSetsMax,
  type AddedDescriptors,
  type DescriptorSetSummary,
} from "./descriptor-registry.ts";
export { decodeValue, describedBytesMax, encodeValue, type DecodedValue, type EncodedValue } from "./value-codec.ts";
export { messageShape, type MessageShape } from "./message-shape.ts";
export { longsAsTexts, parseExactly } from "./exact-json.ts";
export { prettyJson } from "./pretty-json.ts";
export { descriptorFault, descriptorSetBytesMax } from "./descriptor-index.ts";
export { gatewayFileDescriptors } from "./service-descriptors.ts";
