/**
 * ModuleService: modules as people manage them. Applying one validates it together with all others, keeps a revision in the
 * catalog and puts the sum in force; a refused module changes nothing.
 */
import type { CatalogOrigin } from "../catalog/catalog.ts";
import type { ModuleChange, ModuleIssue, ModulePreview, ModuleRow } from "../trpc/views.ts";

export interface ModuleDetail {
  name: string;
  yaml: string;
  revision: number;
  revisions: { revision: number; appliedMs: number; yaml: string }[];
}

export interface AppliedModule {
  revision: number;
  changes: ModuleChange[];
  /** Warnings only; errors refuse with INVALID_MODULE. */
  issues: ModuleIssue[];
}

export interface ModuleService {
  list(): ModuleRow[];
  get(name: string): Promise<ModuleDetail>;
  preview(name: string, yaml: string): Promise<ModulePreview>;
  apply(name: string, yaml: string, origin?: CatalogOrigin): Promise<AppliedModule>;
  remove(name: string): Promise<void>;
  rollback(name: string, revision: number): Promise<{ revision: number }>;
  schema(): unknown;
}
