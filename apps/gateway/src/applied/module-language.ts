/** ModuleLanguage: what modules/ can do with a module's YAML, as one port, so that the service below it can be tested with any of it. */
import type { Bindings } from "@signalbox/engine";
import type { MergeIssue, ModuleParse, ModuleText, ParsedModule } from "../modules/parsed-module.ts";
import type { ModuleChange, ModuleIssue } from "../trpc/views.ts";

export interface ModuleLanguage {
  parse(text: ModuleText): ModuleParse;
  /** Reads the certificates that the module names; what cannot be read is an issue. */
  loadTlsFiles(module: ParsedModule): Promise<{ module: ParsedModule; issues: ModuleIssue[] }>;
  merge(modules: readonly ParsedModule[]): { bindings: Bindings; issues: MergeIssue[] };
  diff(before: ParsedModule | undefined, after: ParsedModule | undefined): ModuleChange[];
  schema(): unknown;
}
