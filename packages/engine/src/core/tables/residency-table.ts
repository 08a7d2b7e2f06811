/** ResidencyTable: the idle entities in memory, oldest first, and how many bytes they and the values of queued entities take. residency.ts changes it. */
import { LinkedSet } from "../../model/collections/linked-set.ts";
import { AdmissionFilter } from "../scheduling/admission-filter.ts";
import type { Entity } from "./entity.ts";

export class ResidencyTable {
  readonly idle = new LinkedSet<Entity>();
  readonly admission = new AdmissionFilter();
  idleBytes = 0;
  /** State values of entities that are ready and wait for their turn; they share stateCacheBytesMax with the idle ones. */
  readyValuesBytes = 0;
}
