/** FileDescriptorSets by hand, field by field, also those that no compiler writes. */
import protobuf from "protobufjs";

export interface FieldSketch {
  readonly name: string;
  readonly number: number;
  /** The kinds are 5: int32, 9: string, 11: message, 14: enum. */
  readonly type: number;
  readonly typeName?: string;
  readonly repeated?: boolean;
}

export interface MessageSketch {
  readonly name: string;
  readonly fields?: readonly FieldSketch[];
  readonly nested?: readonly MessageSketch[];
}

export function messageBytes({ name, fields = [], nested = [] }: MessageSketch): Uint8Array {
  const writer = protobuf.Writer.create().uint32(0x0a).string(name);
  for (const field of fields) writer.uint32(0x12).bytes(fieldBytes(field));
  for (const one of nested) writer.uint32(0x1a).bytes(messageBytes(one));
  return writer.finish();
}

function fieldBytes({ name, number, type, typeName, repeated }: FieldSketch): Uint8Array {
  const writer = protobuf.Writer.create().uint32(0x0a).string(name).uint32(0x18).int32(number);
  writer
    .uint32(0x20)
    .int32(repeated === true ? 3 : 1)
    .uint32(0x28)
    .int32(type);
  if (typeName !== undefined) writer.uint32(0x32).string(typeName);
  return writer.finish();
}

export function fileBytes(packageName: string, messages: readonly MessageSketch[], dependencies: readonly string[] = []): Uint8Array {
  const file = protobuf.Writer.create().uint32(0x0a).string(`${packageName}.proto`).uint32(0x12).string(packageName);
  for (const dependency of dependencies) file.uint32(0x1a).string(dependency);
  for (const message of messages) file.uint32(0x22).bytes(messageBytes(message));
  file.uint32(0x62).string("proto3");
  return protobuf.Writer.create().uint32(0x0a).bytes(file.finish()).finish();
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
