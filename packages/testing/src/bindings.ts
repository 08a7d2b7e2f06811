/** Bindings: the functions under test and their egresses, as a module would declare them. */
import type { Bindings } from "@signalbox/runtime";
import type { AnyEntity } from "@signalbox/functions";

const callTimeoutMs = 60_000;

/** `types`: others that may be sent to. */
export function bindingsFor(
  entities: readonly AnyEntity[],
  { egresses, types = [] }: { readonly egresses: readonly string[]; readonly types?: readonly string[] },
): Bindings {
  const all = new Set([...entities.map(({ type }) => type), ...types]);
  return {
    endpoints: [...all].map((type) => {
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
