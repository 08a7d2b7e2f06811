/**
 * DescriptorSets: descriptor sets that people upload, so that their protobuf values can be read and written.
 * The catalog keeps them; the codec reads the registry that this service fills.
 */
import { messageShape, type DescriptorRegistry } from "@signalbox/proto";
import type { DescriptorSetCatalog } from "../../catalog/catalog.ts";
import type { Compute } from "../../compute/compute.ts";
import type { DescriptorRow, ValueShape } from "../../contract/module/descriptors.ts";
import { GatewayError } from "../../contract/problem.ts";

export interface DescriptorSets {
  list(): DescriptorRow[];
  /** The files as they were uploaded, for another process. */
  files(): Promise<{ name: string; bytes: Uint8Array }[]>;
  /** Null when no set has the type. */
  shape(typename: string): ValueShape | null;
  upload(name: string, bytes: Uint8Array): Promise<string[]>;
  remove(name: string): Promise<void>;
}

export interface DescriptorParts {
  readonly catalog: DescriptorSetCatalog;
  readonly compute: Pick<Compute, "run">;
  readonly warn: (message: string) => void;
}

/** Sets that cannot be read any more are skipped and named to `warn`. */
export async function loadDescriptors(registry: DescriptorRegistry, { catalog, compute, warn }: DescriptorParts): Promise<DescriptorSets> {
  for (const record of await catalog.list()) {
    const added = registry.add(record.name, record.bytes);
    if (added.kind === "error") warn(`descriptor set ${record.name} was skipped: ${added.reason}`);
  }
  return {
    list: () => registry.list().map((set) => ({ ...set, types: [...set.types] })),
    shape: (typename) => messageShape(registry, typename) ?? null,
    files: async () => (await catalog.list()).map(({ name, bytes }) => ({ name, bytes })),
    async upload(name, bytes) {
      // The set is first checked field by field in another thread; adding it here then only locates its types.
      const fault = await compute.run({ kind: "check-descriptors", bytes }, `descriptor set ${name}`);
      const added = fault === undefined ? registry.add(name, bytes) : ({ kind: "error", reason: notReadable(fault) } as const);
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

function notReadable(fault: string): string {
  return `not a readable FileDescriptorSet (${fault})`;
}
