/**
 * Ingress over gRPC: Send (one message, answered once durable) and Publish (frames of many, acknowledged as they become durable).
 * Neighbours: publish-stream.ts runs a stream; server.ts keeps the open ones so that they end when the gateway stops.
 */
import type { handleBidiStreamingCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Engine } from "@signalbox/runtime";
import type { PublishAckProperties, PublishFrame, SendReplyProperties, SendRequest } from "@signalbox/proto";
import type { Principal } from "../../contract/principal.ts";
import type { WhoAsks } from "../../identity/identity.ts";
import { createMessageGate, mustBeAllowedToSend, mustBeAllowedToSendSomewhere } from "../../identity/message-gate.ts";
import { credentialOver } from "../../identity/standing.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { grpcRefusal } from "./grpc-status.ts";
import { sentMessage } from "./ingress-message.ts";
import { PublishStream } from "./publish-stream.ts";
import { grpcPrincipal, traceOfCall, unaryFor } from "./unary.ts";

export type IngressEngine = Pick<Engine, "accept" | "acceptBatch" | "producerSequence">;

/** The name by which a token allows messages over gRPC. */
const grpcIngress = "grpc";

/** The engine's doors, and where a stream's messages are counted until they are acknowledged. */
export interface IngressDoor extends IngressEngine {
  readonly held: RequestBytes;
}

export interface IngressService {
  readonly implementation: UntypedServiceImplementation;
  /** Ends every open stream with UNAVAILABLE. */
  stop(): void;
}

export function createIngressService(engine: IngressDoor, identity: WhoAsks): IngressService {
  const open = new Set<PublishStream>();

  const Send = unaryFor(identity)("Send", async (request: SendRequest, principal, metadata): Promise<SendReplyProperties> => {
    const message = sentMessage(request);
    mustBeAllowedToSend(principal, grpcIngress, message.target.type);
    const { messageId, traceId, repeated } = await engine.accept({ ...message, headers: traceOfCall(metadata) });
    return { messageId, traceId, repeatedMessage: repeated };
  });

  const begin = (call: PublishCall, principal: Principal): void => {
    try {
      // A producer may ask where it stands before it sends anything, and a stream may stay idle.
      mustBeAllowedToSendSomewhere(principal, grpcIngress);
    } catch (error) {
      call.emit("error", grpcRefusal(error, "Publish"));
      return;
    }
    const { credential } = principal;
    const watched = credential === undefined ? undefined : identity.standing.watch(credential, principal);
    const stream: PublishStream = new PublishStream(call, engine, {
      gate: createMessageGate(principal, grpcIngress),
      onClosed: () => {
        open.delete(stream);
        watched?.release();
      },
    });
    open.add(stream);
    if (watched?.signal.aborted === true) stream.end(credentialOver());
    watched?.signal.addEventListener("abort", () => stream.end(credentialOver()), { once: true });
  };

  const Publish: handleBidiStreamingCall<PublishFrame, PublishAckProperties> = (call) => {
    const principal = askedBy(identity, call);
    if (!(principal instanceof Promise)) return principal === undefined ? undefined : begin(call, principal);
    // Messages that come before that wait in the stream, which stops reading.
    principal.then(
      (who) => (call.cancelled ? undefined : begin(call, who)),
      (error: unknown) => call.emit("error", grpcRefusal(error, "Publish")),
    );
  };

  return {
    implementation: { Send, Publish },
    stop: () => {
      for (const stream of [...open]) stream.stop();
    },
  };
}

type PublishCall = Parameters<handleBidiStreamingCall<PublishFrame, PublishAckProperties>>[0];

/** Undefined when the call was refused already. */
function askedBy(identity: WhoAsks, call: PublishCall): Principal | undefined | Promise<Principal> {
  // Until the stream begins there is no other listener for its errors.
  call.on("error", () => undefined);
  try {
    return grpcPrincipal(identity, call);
  } catch (error) {
    call.emit("error", grpcRefusal(error, "Publish"));
    return undefined;
  }
}
