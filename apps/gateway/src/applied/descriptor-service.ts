/**
 * DescriptorService: descriptor sets that people upload, so that their protobuf values can be read and written.
 * Kept as files in <dataDir>/descriptors; the codec reads the registry that this service fills.
 */
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
