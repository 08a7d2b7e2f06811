/**
 * createTransport: the transport that the gateway hands to the engine; each endpoint's URL scheme chooses the protocol.
 * http, https, http+unix and https+unix go by transport-http.ts, grpc by transport-grpc.ts; an unknown scheme is a named failure there.
 */
import type { FunctionTransport } from "../ports/function-transport.ts";
import { createGrpcTransport } from "./grpc/transport-grpc.ts";
import { createHttpTransport, type HttpTransportOptions } from "./http/transport-http.ts";

export function createTransport(options: HttpTransportOptions = {}): FunctionTransport {
  const http = createHttpTransport(options);
  const grpc = createGrpcTransport(options);
  return {
    invoke: (request, signal) => (request.endpoint.urlTemplate.startsWith("grpc:") ? grpc : http).invoke(request, signal),
    retain: (endpoints) => {
      http.retain(endpoints);
      grpc.retain(endpoints);
    },
    close: async () => {
      await Promise.all([http.close(), grpc.close()]);
    },
  };
}
