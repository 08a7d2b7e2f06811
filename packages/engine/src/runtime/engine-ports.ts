/** EnginePorts: what an engine is opened over: partitions in this thread, or those of a home that is given (embedded-engine.ts). */
import type { PartitionHome } from "../partition-home.ts";
import type { Clock } from "../ports/clock.ts";
import type { SavepointFiles } from "../ports/savepoint-files.ts";
import type { LocalPartitionsPorts } from "./local-partitions.ts";

export interface EnginePorts extends LocalPartitionsPorts {
  readonly savepointFiles: SavepointFiles;
}

export interface EmbeddedEnginePorts {
  readonly partitions: PartitionHome;
  readonly savepointFiles: SavepointFiles;
  readonly clock: Clock;
}
