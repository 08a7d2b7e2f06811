/**
 * Golden bytes: every message of the wire, written by hand from the field numbers of the protocol, encoded and decoded.
 * A change here breaks every function service that exists.
 */
import { describe, expect, test } from "vitest";
import {
  Address,
  ApplyModuleReply,
  ApplyModuleRequest,
  BooleanWrapper,
  DoubleWrapper,
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
  PublishAck,
  PublishFrame,
  PublishMessage,
  SendReply,
  SendRequest,
  StringWrapper,
  ToFunction,
  TypedValue,
  toBits64,
} from "../src/index.ts";

interface Codec {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

interface Golden {
  readonly name: string;
  readonly codec: Codec;
  readonly message: object;
  /** Spaces separate the fields. */
  readonly hex: string;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bits = (value: bigint): object => ({ ...toBits64(value), unsigned: false });
const unsigned = (value: bigint): object => ({ ...toBits64(value), unsigned: true });
const address = { namespace: "n", type: "t", id: "i" };
const addressHex = "0a016e 120174 1a0169";
const value = { typename: "n/v", hasValue: true, value: utf8("x") };
const valueHex = "0a036e2f76 1001 1a0178";

const golden: readonly Golden[] = [
  { name: "Address", codec: Address, message: address, hex: addressHex },
  { name: "TypedValue", codec: TypedValue, message: value, hex: valueHex },
  { name: "TypedValue of zero bytes", codec: TypedValue, message: { typename: "n/v", hasValue: true }, hex: "0a036e2f76 1001" },
  {
    name: "ToFunction with caller, state and an empty state",
    codec: ToFunction,
    message: {
      invocation: {
        target: address,
        state: [{ stateName: "s", stateValue: value }, { stateName: "e" }],
        invocations: [{ argument: value }, { caller: address, argument: value }],
      },
    },
    hex: `a20648 0a09${addressHex} 120f 0a0173 120a${valueHex} 1203 0a0165 1a0c 120a${valueHex} 1a17 0a09${addressHex} 120a${valueHex}`,
  },
  {
    name: "ToFunction that asks nothing",
    codec: ToFunction,
    message: { invocation: { target: address } },
    hex: `a2060b 0a09${addressHex}`,
  },
  { name: "FromFunction without effects", codec: FromFunction, message: {}, hex: "" },
  { name: "FromFunction with an empty result", codec: FromFunction, message: { invocationResult: {} }, hex: "a20600" },
  {
    name: "FromFunction.InvocationResponse: mutations",
    codec: FromFunction,
    message: { invocationResult: { stateMutations: [{ stateName: "d" }, { mutationType: 1, stateName: "m", stateValue: value }] } },
    hex: `a20618 0a03 120164 0a11 0801 12016d 1a0a${valueHex}`,
  },
  {
    name: "FromFunction.InvocationResponse: messages",
    codec: FromFunction,
    message: { invocationResult: { outgoingMessages: [{ target: address, argument: value }] } },
    hex: `a20619 1217 0a09${addressHex} 120a${valueHex}`,
  },
  {
    name: "FromFunction.InvocationResponse: delayed",
    codec: FromFunction,
    message: {
      invocationResult: { delayedInvocations: [{ delayInMs: bits(300n), target: address, argument: value, cancellationToken: "c" }] },
    },
    hex: `a2061f 1a1d 08ac02 1209${addressHex} 1a0a${valueHex} 5a0163`,
  },
  {
    name: "FromFunction.InvocationResponse: cancellation",
    codec: FromFunction,
    message: { invocationResult: { delayedInvocations: [{ isCancellationRequest: true, cancellationToken: "c" }] } },
    hex: "a20607 1a05 5001 5a0163",
  },
  {
    name: "FromFunction.DelayedInvocation: delay beyond 2^53",
    codec: FromFunction.DelayedInvocation,
    message: { delayInMs: bits(9_007_199_254_740_993n) },
    hex: "0881808080 80808010",
  },
  {
    name: "FromFunction.DelayedInvocation: negative delay",
    codec: FromFunction.DelayedInvocation,
    message: { delayInMs: bits(-1n) },
    hex: "08ffffffffffffffffff01",
  },
  {
    name: "FromFunction.InvocationResponse: egress",
    codec: FromFunction,
    message: { invocationResult: { outgoingEgresses: [{ egressNamespace: "n", egressType: "e", argument: value }] } },
    hex: `a20614 2212 0a016e 120165 1a0a${valueHex}`,
  },
  {
    name: "FromFunction.IncompleteInvocationContext",
    codec: FromFunction,
    message: {
      incompleteInvocationContext: {
        missingValues: [
          { stateName: "s", expirationSpec: { mode: 1, expireAfterMillis: bits(1000n) }, typeTypename: "n/v" },
          { stateName: "p" },
        ],
      },
    },
    hex: "aa0616 0a0f 0a0173 1205 0801 10e807 1a036e2f76 0a03 0a0170",
  },
  { name: "ExpirationSpec after invoke", codec: FromFunction.ExpirationSpec, message: { mode: 2 }, hex: "0802" },
  { name: "BooleanWrapper", codec: BooleanWrapper, message: { value: true }, hex: "0801" },
  { name: "IntWrapper", codec: IntWrapper, message: { value: -2 }, hex: "0dfeffffff" },
  { name: "IntWrapper of 0", codec: IntWrapper, message: {}, hex: "" },
  { name: "LongWrapper beyond 2^53", codec: LongWrapper, message: { value: bits(9_007_199_254_740_993n) }, hex: "09 0100000000002000" },
  { name: "LongWrapper minimum", codec: LongWrapper, message: { value: bits(-(2n ** 63n)) }, hex: "09 0000000000000080" },
  { name: "FloatWrapper", codec: FloatWrapper, message: { value: 1.5 }, hex: "0d 0000c03f" },
  { name: "DoubleWrapper", codec: DoubleWrapper, message: { value: 1.5 }, hex: "09 000000000000f83f" },
  { name: "StringWrapper", codec: StringWrapper, message: { value: "é" }, hex: "0a02c3a9" },
  {
    name: "KafkaProducerRecord",
    codec: KafkaProducerRecord,
    message: { key: "k", valueBytes: utf8("v"), topic: "t" },
    hex: "0a016b 120176 1a0174",
  },
  {
    name: "KinesisEgressRecord",
    codec: KinesisEgressRecord,
    message: { partitionKey: "p", valueBytes: utf8("v"), stream: "s", explicitHashKey: "h" },
    hex: "0a0170 120176 1a0173 220168",
  },
  {
    name: "SendRequest",
    codec: SendRequest,
    message: { type: "n/t", id: "i", valueType: "n/v", value: utf8("x"), idempotencyKey: "k" },
    hex: "0a036e2f74 120169 1a036e2f76 220178 2a016b",
  },
  {
    name: "SendReply",
    codec: SendReply,
    message: { messageId: unsigned(300n), traceId: unsigned(2n ** 53n), repeatedMessage: true },
    hex: "08ac02 108080808080808010 1801",
  },
  {
    name: "PublishMessage",
    codec: PublishMessage,
    message: { sequence: unsigned(7n), type: "n/t", id: "i", valueType: "n/v", value: utf8("x") },
    hex: "0807 12036e2f74 1a0169 22036e2f76 2a0178",
  },
  { name: "PublishFrame", codec: PublishFrame, message: { producer: "p", messages: [{ sequence: unsigned(1n) }] }, hex: "0a0170 12020801" },
  { name: "PublishAck", codec: PublishAck, message: { durableSequence: unsigned(2n ** 64n - 1n) }, hex: "08ffffffffffffffffff01" },
  { name: "HealthRequest", codec: HealthRequest, message: {}, hex: "" },
  {
    name: "HealthReply",
    codec: HealthReply,
    message: {
      health: "running",
      message: "m",
      epoch: unsigned(1n),
      durableEpoch: unsigned(2n),
      waitingMessages: unsigned(3n),
      inFlight: unsigned(4n),
      parkedEntities: unsigned(5n),
    },
    hex: "0a0772756e6e696e67 12016d 1801 2002 2803 3004 3805",
  },
  { name: "ListModulesRequest", codec: ListModulesRequest, message: {}, hex: "" },
  {
    name: "ListModulesReply",
    codec: ListModulesReply,
    message: { modules: [{ name: "m", revision: unsigned(1n), yaml: "y" }] },
    hex: "0a08 0a016d 1001 1a0179",
  },
  { name: "ApplyModuleRequest", codec: ApplyModuleRequest, message: { name: "m", yaml: "y" }, hex: "0a016d 120179" },
  {
    name: "ApplyModuleReply",
    codec: ApplyModuleReply,
    message: { revision: unsigned(1n), changes: ["c"], warnings: ["w"] },
    hex: "0801 120163 1a0177",
  },
  {
    name: "ListEntitiesRequest",
    codec: ListEntitiesRequest,
    message: { type: "n/t", prefix: "p", cursor: "c", limit: 9 },
    hex: "0a036e2f74 120170 1a0163 2009",
  },
  {
    name: "ListEntitiesReply",
    codec: ListEntitiesReply,
    message: { entities: [{ type: "n/t", id: "i", status: "idle", mailboxDepth: unsigned(1n) }], cursor: "c" },
    hex: "0a10 0a036e2f74 120169 1a0469646c65 2001 120163",
  },
  { name: "GetEntityRequest", codec: GetEntityRequest, message: { type: "n/t", id: "i" }, hex: "0a036e2f74 120169" },
  {
    name: "GetEntityReply",
    codec: GetEntityReply,
    message: {
      entity: { id: "i" },
      state: [{ name: "s", typename: "n/v", hasValue: true, value: utf8("x") }],
      attempts: 2,
      failureCode: "F",
      failureMessage: "m",
    },
    hex: "0a03 120169 120d 0a0173 12036e2f76 1801 220178 1802 220146 2a016d",
  },
];

describe("golden bytes", () => {
  test.each(golden)("$name", ({ codec, message, hex }) => {
    const compact = hex.replaceAll(" ", "");
    const bytes = codec.encode(message).finish();
    expect(Buffer.from(bytes).toString("hex")).toBe(compact);
    const again = codec.encode(codec.decode(Buffer.from(compact, "hex"))).finish();
    expect(Buffer.from(again).toString("hex")).toBe(compact);
  });
});
