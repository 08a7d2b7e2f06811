/**
 * unary: makes a gRPC unary handler of an async function, which gets the principal; any error becomes a status (grpc-status.ts).
 */
import type { handleUnaryCall, Metadata } from "@grpc/grpc-js";
import type { Principal } from "../../contract/principal.ts";
import type { WhoAsks } from "../../identity/identity.ts";
import { unmaskHeader, withUnmaskReason } from "../../identity/unmask-reason.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { grpcRefusal, type GrpcRefusal } from "./grpc-status.ts";
import { mustBeDecoded } from "./service-definitions.ts";

type Outcome<Reply> = { readonly kind: "ok"; readonly reply: Reply } | { readonly kind: "error"; readonly refusal: GrpcRefusal };

export type UnaryMaker = <Request, Reply>(
  name: string,
  run: (request: Request, principal: Principal, metadata: Metadata) => Promise<Reply>,
) => handleUnaryCall<Request, Reply>;

/** For handlers of one server, all of which ask the same identity. */
export function unaryFor(identity: Pick<WhoAsks, "principalOf">): UnaryMaker {
  return (name, run) =>
    unary(name, async (request, call) => {
      const principal = await grpcPrincipal(identity, call);
      return run(request, withUnmaskReason(principal, call.metadata.get(unmaskHeader)[0]?.toString()), call.metadata);
    });
}

/** For what everybody may ask, signed in or not. */
export function unaryForAll<Request, Reply>(name: string, run: (request: Request) => Promise<Reply>): handleUnaryCall<Request, Reply> {
  return unary(name, run);
}

/** The parts of a call that identify its caller. */
export interface Caller {
  readonly metadata: Metadata;
  getPeer(): string;
}

export function grpcPrincipal(identity: Pick<WhoAsks, "principalOf">, call: Caller): Principal | Promise<Principal> {
  const authorization = call.metadata.get("authorization")[0]?.toString();
  return identity.principalOf({ authorization, cookie: undefined, peer: call.getPeer() }, "grpc");
}

/** The W3C trace context of a call, as headers of its message. */
export function traceOfCall(metadata: Metadata): string | undefined {
  const text = (name: string): string | undefined => metadata.get(name)[0]?.toString();
  return traceOfRequest({ traceparent: text("traceparent"), tracestate: text("tracestate") });
}

function unary<Request, Reply>(name: string, run: (request: Request, call: Caller) => Promise<Reply>): handleUnaryCall<Request, Reply> {
  return (call, callback) => {
    // A broken call needs no answer, but an error without a listener would end the process.
    call.on("error", () => undefined);
    const respond = async (): Promise<void> => {
      const outcome = await attempt(name, () => {
        mustBeDecoded(call.request);
        return run(call.request, call);
      });
      if (outcome.kind === "ok") callback(null, outcome.reply);
      else callback(outcome.refusal);
    };
    void respond();
  };
}

async function attempt<Reply>(name: string, run: () => Promise<Reply>): Promise<Outcome<Reply>> {
  try {
    return { kind: "ok", reply: await run() };
  } catch (error) {
    return { kind: "error", refusal: grpcRefusal(error, name) };
  }
}
