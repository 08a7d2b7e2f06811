/**
 * flinkOpener: opens the runtime on Apache Flink with the options of the embedded engine: it locks the same data directory, the same limits
 * hold, and
 * the engine's store in it stays as it is. This is the only file of the gateway that knows @signalbox/flink.
 */
import { join } from "node:path";
import type { OpenEngineOptions } from "@signalbox/engine";
import { openFlinkRuntime } from "@signalbox/flink";
import type { Runtime } from "@signalbox/runtime";
import { createGuardedServer } from "./listener/guarded-listener.ts";
import type { FlinkSettings } from "./flink-settings.ts";

const folderName = "flink";

export function flinkOpener(settings: FlinkSettings, dataDir: string, warn: (message: string) => void) {
  return async ({ data, limits, transport, observer }: OpenEngineOptions): Promise<Runtime> => {
    const { url, authorization, authorizationFile, authorityFile, host, port, gatewayUrl, env, connectors: _connectors, ...job } = settings;
    const runtime = await openFlinkRuntime({
      folder: join(dataDir, folderName),
      cluster: { url, authorization, authorizationFile, authorityFile },
      door: { host, port, url: gatewayUrl, openServer: (parts) => createGuardedServer(parts) },
      job,
      limits,
      env,
      call: (request) => transport.invoke(request),
      bindingsApplied: (endpoints) => transport.retain(endpoints),
      observer,
      warn,
    });
    const { lifecycle } = runtime;
    const stop: typeof lifecycle.stop = async (options) => {
      await lifecycle.stop(options);
      await transport.close();
      for (const store of (await data.opening) ?? []) await store.close();
      data.directory.close();
    };
    return { ...runtime, lifecycle: { ...lifecycle, stop } };
  };
}
