/**
 * HealthService: grpc.health.v1.Health, the standard service by which supervisors and load balancers ask whether a server serves. It is
 * open to all, so what it keeps is bounded: only streams that are open, at most watchersMax, each with a name of at most nameCharactersMax.
 * Neighbour: standard-services.ts adds it to the server. Guarantee: nothing of an asked name is kept after its answer or its stream.
 */
import type { handleServerStreamingCall, ServerWritableStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  HealthCheckResponse,
  type HealthCheckRequest,
  type HealthCheckResponseProperties,
  type HealthListRequest,
  type HealthListResponseProperties,
} from "@signalbox/proto";
import { GatewayError } from "../../contract/problem.ts";
import { grpcRefusal, invalidRequest } from "./grpc-status.ts";
import { mustBeDecoded } from "./service-definitions.ts";
import { unaryForAll } from "./unary.ts";

const nameCharactersMax = 256;
export const watchersMax = 1_000;

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse.ServingStatus;

type WatchCall = ServerWritableStream<HealthCheckRequest, HealthCheckResponseProperties>;

export interface HealthService {
  readonly implementation: UntypedServiceImplementation;
  /** Tells all who watch that nothing is served any more, and ends their streams. */
  stop(): void;
}

export function createHealthService(servedNames: readonly string[]): HealthService {
  const served: ReadonlySet<string> = new Set(servedNames);
  const watching = new Set<WatchCall>();
  let serves = true;
  const now = (): HealthCheckResponseProperties => ({ status: serves ? SERVING : NOT_SERVING });

  const Check = unaryForAll("Check", async ({ service }: HealthCheckRequest): Promise<HealthCheckResponseProperties> => {
    mustBeShort(service);
    if (!served.has(service)) throw unknownService();
    return now();
  });

  const List = unaryForAll("List", async (_request: HealthListRequest): Promise<HealthListResponseProperties> => {
    return { statuses: Object.fromEntries(servedNames.map((name) => [name, now()])) };
  });

  const Watch: handleServerStreamingCall<HealthCheckRequest, HealthCheckResponseProperties> = (call) => {
    // A broken stream needs no answer, but an error without a listener would end the process.
    call.on("error", () => undefined);
    try {
      mustBeDecoded(call.request);
      mustBeShort(call.request.service);
      if (watching.size >= watchersMax) throw tooManyWatch();
    } catch (error) {
      call.emit("error", grpcRefusal(error, "Watch"));
      return;
    }
    for (const end of ["cancelled", "close", "error"]) call.once(end, () => watching.delete(call));
    watching.add(call);
    call.write(served.has(call.request.service) ? now() : { status: SERVICE_UNKNOWN });
  };

  return {
    implementation: { Check, Watch, List },
    stop: () => {
      serves = false;
      for (const call of watching) {
        if (served.has(call.request.service)) call.write(now());
        call.end();
      }
      watching.clear();
    },
  };
}

function mustBeShort(name: string): void {
  if (name.length <= nameCharactersMax) return;
  throw invalidRequest(`The name of the service has ${name.length} characters.`, "service", `Use at most ${nameCharactersMax}.`);
}

function unknownService(): GatewayError {
  return new GatewayError("UNKNOWN_ROUTE", {
    detail: "The server has no service of this name.",
    where: "service",
    cure: "List has the names; the empty one is the whole server.",
  });
}

function tooManyWatch(): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${watchersMax} streams watch the health of the server already.`,
    where: "Watch",
    cure: "Ask with Check, or end other streams.",
    retryAfterMs: 1_000,
  });
}
