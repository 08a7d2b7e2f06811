/**
 * DescriptorService: descriptor sets that people upload, so that their protobuf values can be read and written.
 * The catalog keeps them; the codec reads the registry that this service fills.
 */
import type { DescriptorRegistry } from "@signalbox/proto";
import type { DescriptorSetCatalog } from "../catalog/catalog.ts";
import { GatewayError } from "../http/problem.ts";

export interface DescriptorRow {
  name: string;
  types: string[];
  sizeBytes: number;
}

export interface DescriptorService {
  list(): DescriptorRow[];
  upload(name: string, bytes: Uint8Array): Promise<string[]>;
  remove(name: string): Promise<void>;
}

/** Sets that cannot be read any more are skipped and named to `warn`. */
export async function loadDescriptors(
  registry: DescriptorRegistry,
  catalog: DescriptorSetCatalog,
  warn: (message: string) => void,
): Promise<DescriptorService> {
  for (const record of await catalog.list()) {
    const added = registry.add(record.name, record.bytes);
    if (added.kind === "error") warn(`descriptor set ${record.name} was skipped: ${added.reason}`);
  }
  return {
    list: () => registry.list().map((set) => ({ ...set, types: [...set.types] })),
    async upload(name, bytes) {
      const added = registry.add(name, bytes);
      if (added.kind === "error") {
        throw new GatewayError("INVALID_DESCRIPTORS", {
          detail: added.reason,
          where: name,
          cure: "Upload the output of protoc --include_imports --descriptor_set_out=<file>.",
        });
      }
      await catalog.put({ name, bytes, types: added.types, createdMs: Date.now() });
      return [...added.types];
    },
    async remove(name) {
      if (!registry.remove(name)) {
        throw new GatewayError("INVALID_REQUEST", {
          detail: `No descriptor set is named ${name}.`,
          where: "name",
          cure: "Choose one of the list.",
        });
      }
      await catalog.remove(name);
    },
  };
}
