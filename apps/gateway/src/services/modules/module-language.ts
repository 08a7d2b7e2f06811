/** ModuleLanguage: what modules/ can do with a module's YAML, as one port for the service that applies modules. */
import type { Bindings } from "@signalbox/runtime";
import type { Compute } from "../../compute/compute.ts";
import { diffModules } from "../../modules/diff-modules.ts";
import { moduleJsonSchema } from "../../modules/module-json-schema.ts";
import { mergeModules } from "../../modules/merge-modules.ts";
import { parseModule } from "../../modules/parse-module.ts";
import type { MergeIssue, ModuleParse, ModuleText, ParsedModule } from "../../modules/parsed-module.ts";
import { loadTlsFiles } from "../../modules/tls-files.ts";
import type { ModuleChange } from "../../contract/module/modules.ts";

export interface ModuleLanguage {
  parse(text: ModuleText): ModuleParse;
  /** The same in another thread, because 2 KB of brackets can hold the engine's thread for 100 ms. */
  parseApart(text: ModuleText): Promise<ModuleParse>;
  /** Reads the certificates that the module names; one that cannot be read is an issue. */
  loadTlsFiles(module: ParsedModule): Promise<ModuleParse>;
  /** When two modules contradict each other, the later one gets the issue. */
  merge(modules: readonly ParsedModule[]): { readonly bindings: Bindings; readonly issues: MergeIssue[] };
  diff(before: ParsedModule | undefined, after: ParsedModule | undefined): ModuleChange[];
  schema(): unknown;
}

/** Certificates at relative paths are looked for from the folder in which the gateway was started. */
export function moduleLanguage(folder: string, compute: Pick<Compute, "run">): ModuleLanguage {
  return {
    parse: parseModule,
    parseApart: (text) => compute.run({ kind: "parse-module", text }, `module ${text.name}`),
    loadTlsFiles: (module) => loadTlsFiles(module, { folder }),
    merge: mergeModules,
    diff: diffModules,
    schema: moduleJsonSchema,
  };
}
