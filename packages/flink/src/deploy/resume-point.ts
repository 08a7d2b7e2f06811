/**
 * resumePoint: where a job that is gone continues: its newest completed checkpoint or savepoint, never one that is older than what came out
 * of it. It asks in turn the cluster, if it still knows the job, the folder of checkpoints, if it is on this machine, and the last
 * checkpoint that the job itself reported.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FlinkRest } from "../rest/flink-rest.ts";
import type { Deployment, Told } from "./deployment-record.ts";

interface Point {
  readonly id: number;
  readonly path: string;
}

/** Undefined when it completed no checkpoint and was started from nothing. */
export async function resumePoint(rest: FlinkRest, deployment: Deployment, told: Told | undefined): Promise<string | undefined> {
  if (deployment.ended !== null) return deployment.ended;
  const job = deployment.job ?? (await jobOfRun(rest, deployment.run));
  if (job === undefined) return deployment.from ?? undefined;
  const folder = (await rest.configuration()).get("state.checkpoints.dir");
  const toldId = told?.run === deployment.run ? told.checkpoint : undefined;
  const points = [...(await pointsOfCluster(rest, job)), ...pointsOfFolder(folder, job)].filter(({ id }) => id >= (toldId ?? 0));
  const newest = points.toSorted((a, b) => b.id - a.id)[0];
  if (newest !== undefined) return newest.path;
  // It may be the one that it was started from, if a transaction of that one was reported again.
  if (toldId === undefined || folder === undefined || folder.startsWith("file:")) return deployment.from ?? undefined;
  return `${folder.replace(/\/$/, "")}/${job}/chk-${toldId}`;
}

async function jobOfRun(rest: FlinkRest, run: string): Promise<string | undefined> {
  return (await rest.jobs()).find(({ name }) => name.includes(` run ${run} `))?.jid;
}

async function pointsOfCluster(rest: FlinkRest, job: string): Promise<Point[]> {
  const known = await rest.checkpoints(job);
  return [known?.latest.completed, known?.latest.savepoint].flatMap((kept) =>
    kept?.external_path === undefined || kept.external_path === null || !/^[a-z0-9]+:/.test(kept.external_path)
      ? []
      : [{ id: kept.id, path: kept.external_path }],
  );
}

function pointsOfFolder(folder: string | undefined, job: string): Point[] {
  if (folder === undefined || !folder.startsWith("file:")) return [];
  const place = join(fileURLToPath(folder), job);
  if (!existsSync(place)) return [];
  return readdirSync(place).flatMap((name) => {
    const id = /^chk-(\d+)$/.exec(name)?.[1];
    // A checkpoint that is still being written has no metadata yet.
    return id === undefined || !existsSync(join(place, name, "_metadata"))
      ? []
      : [{ id: Number(id), path: pathToFileURL(join(place, name)).href }];
  });
}
