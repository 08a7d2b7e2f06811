/**
 * Service definitions: signalbox.v1.Ingress and Admin, and the standard health service, for @grpc/grpc-js, over the generated codecs of
 * @signalbox/proto.
 * Neighbours: server.ts serves them; clients in tests and in bench/ use the same objects.
 */
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import {
  AnswerRequest,
  AnswersRequest,
  ApplyModuleReply,
  ApplyModuleRequest,
  CallReply,
  CallRequest,
  GetEntityReply,
  GetEntityRequest,
  HealthCheckRequest,
  HealthCheckResponse,
  HealthListRequest,
  HealthListResponse,
  HealthReply,
  HealthRequest,
  KnownTextReader,
  ListEntitiesReply,
  ListEntitiesRequest,
  ListModulesReply,
  ListModulesRequest,
  PublishAck,
  PublishFrame,
  SendReply,
  SendRequest,
  StreamedAnswer,
} from "@signalbox/proto";
import { invalidRequest } from "./grpc-status.ts";

interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(from: KnownTextReader | Uint8Array): Message;
}

interface Method<Request, Reply> {
  readonly path: string;
  readonly request: Codec<Request>;
  readonly reply: Codec<Reply>;
  /** Which side sends more than one message. */
  readonly streams?: "both" | "reply";
}

function method<Request, Reply>({ path, request, reply, streams }: Method<Request, Reply>): MethodDefinition<Request, Reply> {
  return {
    path,
    requestStream: streams === "both",
    responseStream: streams !== undefined,
    requestSerialize: (message) => asBuffer(request.encode(message).finish()),
    requestDeserialize: (bytes) => decoded(request, bytes),
    responseSerialize: (message) => asBuffer(reply.encode(message).finish()),
    responseDeserialize: (bytes) => reply.decode(bytes),
  };
}

/**
 * Stands for bytes that are no message. An error here would become INTERNAL without a cure, so the handlers refuse it instead
 * (mustBeDecoded).
 */
class UndecodableRequest {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

function decoded<Request>(codec: Codec<Request>, bytes: Uint8Array): Request {
  try {
    return codec.decode(new KnownTextReader(bytes));
  } catch (error) {
    return new UndecodableRequest(error instanceof Error ? error.message : String(error)) as Request;
  }
}

/** Throws INVALID_REQUEST. */
export function mustBeDecoded(request: unknown): void {
  if (!(request instanceof UndecodableRequest)) return;
  throw invalidRequest(
    `The message cannot be decoded: ${request.reason}.`,
    "message",
    "Encode it with the .proto files that the server reflects.",
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const ingressServiceName = "signalbox.v1.Ingress";
export const adminServiceName = "signalbox.v1.Admin";

export const ingressService = {
  Send: method({ path: `/${ingressServiceName}/Send`, request: SendRequest, reply: SendReply }),
  Call: method({ path: `/${ingressServiceName}/Call`, request: CallRequest, reply: CallReply }),
  Answer: method({ path: `/${ingressServiceName}/Answer`, request: AnswerRequest, reply: CallReply }),
  Answers: method({ path: `/${ingressServiceName}/Answers`, request: AnswersRequest, reply: StreamedAnswer, streams: "reply" }),
  Publish: method({ path: `/${ingressServiceName}/Publish`, request: PublishFrame, reply: PublishAck, streams: "both" }),
} satisfies ServiceDefinition;

export const adminService = {
  Health: method({ path: `/${adminServiceName}/Health`, request: HealthRequest, reply: HealthReply }),
  ListModules: method({ path: `/${adminServiceName}/ListModules`, request: ListModulesRequest, reply: ListModulesReply }),
  ApplyModule: method({ path: `/${adminServiceName}/ApplyModule`, request: ApplyModuleRequest, reply: ApplyModuleReply }),
  ListEntities: method({ path: `/${adminServiceName}/ListEntities`, request: ListEntitiesRequest, reply: ListEntitiesReply }),
  GetEntity: method({ path: `/${adminServiceName}/GetEntity`, request: GetEntityRequest, reply: GetEntityReply }),
} satisfies ServiceDefinition;

const healthServiceName = "grpc.health.v1.Health";

export const healthService = {
  Check: method({ path: `/${healthServiceName}/Check`, request: HealthCheckRequest, reply: HealthCheckResponse }),
  Watch: method({ path: `/${healthServiceName}/Watch`, request: HealthCheckRequest, reply: HealthCheckResponse, streams: "reply" }),
  List: method({ path: `/${healthServiceName}/List`, request: HealthListRequest, reply: HealthListResponse }),
} satisfies ServiceDefinition;
