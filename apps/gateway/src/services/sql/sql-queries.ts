/** SqlQueries: the processes that answer queries, and how many do at once. Neighbour: sql-service.ts. */
import { SqlProcesses } from "../../sql/sql-processes.ts";
import { Room } from "../room.ts";

/** How many queries run at once; each has a process with a computing thread. */
const queriesMax = 2;

export class SqlQueries {
  readonly room = new Room(queriesMax);
  readonly processes = new SqlProcesses(queriesMax);
}
