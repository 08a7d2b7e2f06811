/** All jobs, in the order in which one repeat runs them. */
import type { Job } from "../job.ts";
import { accept } from "./accept.ts";
import { addHttp } from "./add-http.ts";
import { addStream } from "./add-stream.ts";
import { calls } from "./calls.ts";
import { chain } from "./chain.ts";
import { consoleOpen } from "./console.ts";
import { echo } from "./echo.ts";
import { flink } from "./flink.ts";
import { frames } from "./frames.ts";
import { hot } from "./hot.ts";
import { idle } from "./idle.ts";
import { journal } from "./journal.ts";
import { kafka } from "./kafka.ts";
import { partitions } from "./partitions.ts";
import { placementsJob } from "./placements.ts";
import { questionsJob } from "./questions.ts";
import { resident } from "./resident.ts";
import { restart } from "./restart.ts";
import { restate } from "./restate.ts";
import { savepoint } from "./savepoint.ts";

export const allJobs: readonly Job[] = [
  echo,
  addHttp,
  addStream,
  frames,
  calls,
  hot,
  chain,
  accept,
  journal,
  partitions,
  placementsJob,
  kafka,
  flink,
  consoleOpen,
  questionsJob,
  resident,
  restart,
  savepoint,
  idle,
  restate,
];
