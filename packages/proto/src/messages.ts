/**
 * Messages: the generated codecs under the names that the rest of the code uses.
 * Neighbours: gen/messages.js is made from proto/** by `npm run build -w @signalbox/proto`.
 * 64-bit fields decode to Long objects; src/int64.ts turns them into exact bigints and clamped numbers.
 */
import { grpc, io, kinesis, signalbox } from "../gen/messages.js";

const { reqreply, types, egress } = io.statefun.sdk;

/** StateFun's remote-function protocol. */
export const Address = reqreply.Address;
export type Address = io.statefun.sdk.reqreply.Address;
export const TypedValue = reqreply.TypedValue;
export type TypedValue = io.statefun.sdk.reqreply.TypedValue;
export const ToFunction = reqreply.ToFunction;
export type ToFunction = io.statefun.sdk.reqreply.ToFunction;
export const FromFunction = reqreply.FromFunction;
export type FromFunction = io.statefun.sdk.reqreply.FromFunction;
export type InvocationResponse = io.statefun.sdk.reqreply.FromFunction.InvocationResponse.$Properties;
export type IncompleteInvocationContext = io.statefun.sdk.reqreply.FromFunction.IncompleteInvocationContext.$Properties;
export type PersistedValueMutation = io.statefun.sdk.reqreply.FromFunction.PersistedValueMutation.$Properties;
export type PersistedValueSpec = io.statefun.sdk.reqreply.FromFunction.PersistedValueSpec.$Properties;
export type DelayedInvocation = io.statefun.sdk.reqreply.FromFunction.DelayedInvocation.$Properties;
export type EgressMessage = io.statefun.sdk.reqreply.FromFunction.EgressMessage.$Properties;
export type OutgoingInvocation = io.statefun.sdk.reqreply.FromFunction.Invocation.$Properties;
export type OutputOrigins = io.statefun.sdk.reqreply.FromFunction.OutputOrigins.$Properties;
export type AddressProperties = io.statefun.sdk.reqreply.Address.$Properties;
export type TypedValueProperties = io.statefun.sdk.reqreply.TypedValue.$Properties;
export const MutationType = reqreply.FromFunction.PersistedValueMutation.MutationType;
export const ExpireMode = reqreply.FromFunction.ExpirationSpec.ExpireMode;

/** Built-in value types. */
export const BooleanWrapper = types.BooleanWrapper;
export const IntWrapper = types.IntWrapper;
export const LongWrapper = types.LongWrapper;
export const FloatWrapper = types.FloatWrapper;
export const DoubleWrapper = types.DoubleWrapper;
export const StringWrapper = types.StringWrapper;

/** Egress records. */
export const KafkaProducerRecord = egress.KafkaProducerRecord;
export const KinesisEgressRecord = egress.KinesisEgressRecord;

/** Amazon's producer library packs records in this form. */
export const AggregatedRecord = kinesis.AggregatedRecord;

/** The standard health service of gRPC. */
export const HealthCheckRequest = grpc.health.v1.HealthCheckRequest;
export type HealthCheckRequest = grpc.health.v1.HealthCheckRequest;
export const HealthCheckResponse = grpc.health.v1.HealthCheckResponse;
export type HealthCheckResponse = grpc.health.v1.HealthCheckResponse;
export type HealthCheckResponseProperties = grpc.health.v1.HealthCheckResponse.$Properties;
export const HealthListRequest = grpc.health.v1.HealthListRequest;
export type HealthListRequest = grpc.health.v1.HealthListRequest;
export const HealthListResponse = grpc.health.v1.HealthListResponse;
export type HealthListResponse = grpc.health.v1.HealthListResponse;
export type HealthListResponseProperties = grpc.health.v1.HealthListResponse.$Properties;

/** Signalbox's own gRPC services: package signalbox.v1. */
export const FunctionCalls = signalbox.v1.FunctionCalls;
export type FunctionCalls = signalbox.v1.FunctionCalls;
export const FunctionAnswers = signalbox.v1.FunctionAnswers;
export const CallRequest = signalbox.v1.CallRequest;
export type CallRequest = signalbox.v1.CallRequest;
export const CallReply = signalbox.v1.CallReply;
export type CallReplyProperties = signalbox.v1.CallReply.$Properties;
export const AnswerRequest = signalbox.v1.AnswerRequest;
export type AnswerRequest = signalbox.v1.AnswerRequest;
export const AnswersRequest = signalbox.v1.AnswersRequest;
export type AnswersRequest = signalbox.v1.AnswersRequest;
export const StreamedAnswer = signalbox.v1.StreamedAnswer;
export type StreamedAnswer = signalbox.v1.StreamedAnswer;
export type StreamedAnswerProperties = signalbox.v1.StreamedAnswer.$Properties;
export type AnswerProperties = signalbox.v1.Answer.$Properties;
export const SendRequest = signalbox.v1.SendRequest;
export type SendRequest = signalbox.v1.SendRequest;
export const SendReply = signalbox.v1.SendReply;
export type SendReplyProperties = signalbox.v1.SendReply.$Properties;
export const PublishMessage = signalbox.v1.PublishMessage;
export type PublishMessageProperties = signalbox.v1.PublishMessage.$Properties;
export const PublishFrame = signalbox.v1.PublishFrame;
export type PublishFrame = signalbox.v1.PublishFrame;
export type PublishFrameProperties = signalbox.v1.PublishFrame.$Properties;
export const PublishAck = signalbox.v1.PublishAck;
export type PublishAck = signalbox.v1.PublishAck;
export type PublishAckProperties = signalbox.v1.PublishAck.$Properties;
export const HealthRequest = signalbox.v1.HealthRequest;
export const HealthReply = signalbox.v1.HealthReply;
export type HealthReplyProperties = signalbox.v1.HealthReply.$Properties;
export const ListModulesRequest = signalbox.v1.ListModulesRequest;
export const ListModulesReply = signalbox.v1.ListModulesReply;
export type ListModulesReplyProperties = signalbox.v1.ListModulesReply.$Properties;
export const ApplyModuleRequest = signalbox.v1.ApplyModuleRequest;
export type ApplyModuleRequest = signalbox.v1.ApplyModuleRequest;
export const ApplyModuleReply = signalbox.v1.ApplyModuleReply;
export type ApplyModuleReplyProperties = signalbox.v1.ApplyModuleReply.$Properties;
export const ListEntitiesRequest = signalbox.v1.ListEntitiesRequest;
export type ListEntitiesRequest = signalbox.v1.ListEntitiesRequest;
export const ListEntitiesReply = signalbox.v1.ListEntitiesReply;
export type ListEntitiesReplyProperties = signalbox.v1.ListEntitiesReply.$Properties;
export const GetEntityRequest = signalbox.v1.GetEntityRequest;
export type GetEntityRequest = signalbox.v1.GetEntityRequest;
export const GetEntityReply = signalbox.v1.GetEntityReply;
export type GetEntityReplyProperties = signalbox.v1.GetEntityReply.$Properties;
