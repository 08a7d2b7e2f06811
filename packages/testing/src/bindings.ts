/** Bindings: the functions under test and their egresses, as a module would declare them. */
import type { Bindings } from "@signalbox/runtime";
import type { AnyEntity } from "@signalbox/functions";

const callTimeoutMs = 60_000;

export function bindingsFor(entities: readonly AnyEntity[], egresses: readonly string[]): Bindings {
  return {
    endpoints: entities.map(({ type }) => {
      const [namespace = "", name = ""] = type.split("/");
      return {
        id: type,
        module: "testbox",
        namespace,
        name,
        urlTemplate: "http://functions.test/",
        batchMessagesMax: 1_000,
        transport: {
          callTimeoutMs,
          connectTimeoutMs: 10_000,
          readTimeoutMs: 10_000,
          poolTtlMs: 15_000,
          poolConnectionsMax: 1_024,
          payloadBytesMax: 32 * 1024 * 1024,
          tls: undefined,
        },
      };
    }),
    egresses: egresses.map((id) => ({ id, module: "testbox" })),
  };
}
