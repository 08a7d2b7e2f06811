/**
 * unary: an async function as a gRPC unary handler; whatever it throws becomes a status (grpc-status.ts).
 */
import type { handleUnaryCall } from "@grpc/grpc-js";
import { grpcRefusal, type GrpcRefusal } from "./grpc-status.ts";
import { mustBeDecoded } from "./service-definitions.ts";

type Outcome<Reply> = { readonly kind: "ok"; readonly reply: Reply } | { readonly kind: "error"; readonly refusal: GrpcRefusal };

export function unary<Request, Reply>(name: string, run: (request: Request) => Promise<Reply>): handleUnaryCall<Request, Reply> {
  return (call, callback) => {
    // A call that breaks off needs no answer, but an unheard error would end the process.
    call.on("error", () => undefined);
    const respond = async (): Promise<void> => {
      const outcome = await attempt(name, () => {
        mustBeDecoded(call.request);
        return run(call.request);
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
