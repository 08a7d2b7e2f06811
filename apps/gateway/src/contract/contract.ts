/** The contract: noun, verb, operation: the one list of what the gateway can do. ingestion.ts beside it has what messages come by. */
import { alerts } from "./alerts.ts";
import { invariants } from "./invariants.ts";
import { audit } from "./audit.ts";
import { backups } from "./backups.ts";
import { bootstrap } from "./bootstrap.ts";
import { breakpoints } from "./breakpoints.ts";
import { pauses } from "./pauses.ts";
import { calls } from "./calls.ts";
import { comparisons } from "./comparisons.ts";
import { demo } from "./demo.ts";
import { descriptors } from "./descriptors.ts";
import { egressOperations } from "./egresses.ts";
import { entities } from "./entities.ts";
import { erasures } from "./erasures.ts";
import { failures } from "./failures.ts";
import { flow } from "./flow.ts";
import { functions } from "./functions.ts";
import { live } from "./live.ts";
import { modules } from "./modules.ts";
import { moves } from "./moves.ts";
import type { ContractShape } from "./operation.ts";
import { overview } from "./overview.ts";
import { past } from "./past-records.ts";
import { rollups } from "./rollups.ts";
import { reproductions } from "./reproductions.ts";
import { runtimeOperations } from "./runtime.ts";
import { people, sessions, tokens } from "./people.ts";
import { savepoints } from "./savepoints.ts";
import { savedFilters } from "./saved-filters.ts";
import { schedules } from "./schedules.ts";
import { secrets } from "./secrets.ts";
import { send } from "./send.ts";
import { sql } from "./sql.ts";
import { traces } from "./traces.ts";

export const contract = {
  live,
  overview,
  flow,
  rollups,
  past,
  functions,
  modules,
  doors: egressOperations,
  entities,
  traces,
  failures,
  reproductions,
  breakpoints,
  pauses,
  alerts,
  invariants,
  secrets,
  erasures,
  savepoints,
  comparisons,
  bootstrap,
  backups,
  moves,
  sql,
  runtime: runtimeOperations,
  send,
  calls,
  schedules,
  savedFilters,
  descriptors,
  demo,
  people,
  sessions,
  tokens,
  audit,
} as const satisfies ContractShape;

export type Contract = typeof contract;
