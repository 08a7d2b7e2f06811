/**
 * DescriptorService: descriptor sets that people upload, so that their protobuf values can be read and written.
 * Kept as files in <dataDir>/descriptors (written aside, synced, renamed); the codec reads the registry that this service fills.
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DescriptorRegistry } from "@signalbox/proto";
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

const fileEnd = ".desc";

/** Files that cannot be read any more are skipped and named to `warn`. */
export async function openDescriptors(folder: string, warn: (message: string) => void): Promise<{ registry: DescriptorRegistry; service: DescriptorService }> {
  await mkdir(folder, { recursive: true });
  const registry = new DescriptorRegistry();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(fileEnd)).sort()) {
    const added = registry.add(file.slice(0, -fileEnd.length), await readFile(join(folder, file)));
    if (added.kind === "error") warn(`descriptor set ${join(folder, file)} was skipped: ${added.reason}`);
  }
  return { registry, service: { list: () => registry.list().map((set) => ({ ...set, types: [...set.types] })), upload, remove } };

  async function upload(name: string, bytes: Uint8Array): Promise<string[]> {
    const added = registry.add(name, bytes);
    if (added.kind === "error") {
      throw new GatewayError("INVALID_DESCRIPTORS", { detail: added.reason, where: name, cure: "Upload the output of protoc --include_imports --descriptor_set_out=<file>." });
    }
    await writeWhole(join(folder, name + fileEnd), bytes);
    return [...added.types];
  }

  async function remove(name: string): Promise<void> {
    if (!registry.remove(name)) {
      throw new GatewayError("INVALID_REQUEST", { detail: `No descriptor set is named ${name}.`, where: "name", cure: "Choose one of the list." });
    }
    await rm(join(folder, name + fileEnd), { force: true });
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.part`;
  const file = await open(aside, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}
