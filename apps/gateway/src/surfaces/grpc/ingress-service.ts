/**
 * Ingress over gRPC: Send (one message, answered once durable) and Publish (frames of many, acknowledged as they become durable).
 * Neighbours: publish-stream.ts runs a stream; server.ts keeps the open ones so that they end when the gateway stops.
 */
import type { handleBidiStreamingCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Engine } from "@signalbox/runtime";
import type { PublishAckProperties, PublishFrame, SendReplyProperties, SendRequest } from "@signalbox/proto";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { sentMessage } from "./ingress-message.ts";
import { PublishStream } from "./publish-stream.ts";
import { unary } from "./unary.ts";

export type IngressEngine = Pick<Engine, "accept" | "acceptBatch" | "producerSequence">;

/** The engine's doors, and where a stream's messages are counted until they are acknowledged. */
export interface IngressDoor extends IngressEngine {
  readonly held: RequestBytes;
}

export interface IngressService {
  readonly implementation: UntypedServiceImplementation;
  /** Ends every open stream with UNAVAILABLE. */
  stop(): void;
}

export function createIngressService(engine: IngressDoor): IngressService {
  const open = new Set<PublishStream>();

  const Send = unary("Send", async (request: SendRequest): Promise<SendReplyProperties> => {
    const { messageId, traceId, repeated } = await engine.accept(sentMessage(request));
    return { messageId, traceId, repeatedMessage: repeated };
  });

  const Publish: handleBidiStreamingCall<PublishFrame, PublishAckProperties> = (call) => {
    const stream: PublishStream = new PublishStream(call, engine, () => open.delete(stream));
    open.add(stream);
  };

  return {
    implementation: { Send, Publish },
    stop: () => {
      for (const stream of [...open]) stream.stop();
    },
  };
}
