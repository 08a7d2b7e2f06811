/** ModuleJar: what is uploaded for a job: its module.yaml, the certificates that it names, and our connector; StateFun itself is in the cluster. */
import { createHash } from "node:crypto";
import type { Bindings } from "@signalbox/runtime";
import { connectorFiles } from "./connector-jar.ts";
import { jarOf } from "./jar.ts";
import { nothingLingers, type Lingering } from "./lingering.ts";
import { moduleDocument, type IsDirect, type JobLink } from "./module-document.ts";

export interface ModuleJarParts {
  readonly bindings: Bindings;
  readonly lingering: Lingering;
  readonly poolConnectionsMax: number;
  readonly isDirect: IsDirect;
}

export function moduleJar(parts: ModuleJarParts, link: JobLink): Uint8Array<ArrayBuffer> {
  const { yaml, files } = moduleDocument({ ...parts, link, tlsFolder: "tls" });
  const texts = Object.entries({ ...files, "module.yaml": yaml }).map(([name, text]): [string, Uint8Array] => [name, Buffer.from(text)]);
  return Uint8Array.from(jarOf({ ...connectorFiles(), ...Object.fromEntries(texts) }));
}

/** The same for the same content, whichever run it is and whichever egresses linger. */
export function contentDigest(parts: ModuleJarParts, about: { readonly gateway: string; readonly job: unknown }): string {
  const { yaml, files } = moduleDocument({
    ...parts,
    lingering: nothingLingers,
    link: { gateway: about.gateway, run: "", token: "" },
    tlsFolder: "tls",
  });
  const connector = Object.entries(connectorFiles()).map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]);
  return createHash("sha256")
    .update(JSON.stringify([yaml, files, connector, about.job]))
    .digest("hex")
    .slice(0, 16);
}
