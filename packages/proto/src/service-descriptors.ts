/**
 * Service descriptors: what gRPC reflection tells about the services that a gateway serves (Ingress and Admin).
 * Made from gen/descriptors.json. Function and its messages are left out: functions serve it, and it would pull in a second file.
 */
import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";

const descriptors = new URL("../gen/descriptors.json", import.meta.url);

const ofFunctions = /^Function/;

/** Encoded FileDescriptorProtos. */
export function gatewayFileDescriptors(): Uint8Array[] {
  const all = protobuf.Root.fromJSON(JSON.parse(readFileSync(descriptors, "utf8")));
  const own = all.lookup("signalbox.v1");
  if (!(own instanceof protobuf.Namespace))
    throw new Error("gen/descriptors.json has no package signalbox.v1; run npm run build -w @signalbox/proto");
  const nested = Object.fromEntries(Object.entries(own.toJSON().nested ?? {}).filter(([name]) => !ofFunctions.test(name)));
  const root = protobuf.Root.fromJSON({
    options: all.options ?? {},
    nested: { signalbox: { nested: { v1: { ...own.toJSON(), nested } } } },
  });
  const files = root.toDescriptor("proto3").file ?? [];
  for (const file of files) qualifyNames(file);
  return files.map((file) => descriptor.FileDescriptorProto.encode(file).finish());
}

/** Readers of reflection want every name from the root: `.signalbox.v1.Module`, not `Module`. */
function qualifyNames(file: descriptor.IFileDescriptorProto): void {
  const qualify = (name: string): string => (name.startsWith(".") ? name : `.${file.package ?? ""}.${name}`);
  for (const message of file.messageType ?? []) {
    for (const field of message.field ?? []) if (field.typeName) field.typeName = qualify(field.typeName);
  }
  for (const method of (file.service ?? []).flatMap((service) => service.method ?? [])) {
    method.inputType = qualify(method.inputType ?? "");
    method.outputType = qualify(method.outputType ?? "");
  }
}
