/**
 * JobName: what the name of a job on the cluster says: which gateway it belongs to, which run it is, and which content it has. A gateway
 * needs nothing else to recognise its job.
 */

export interface JobName {
  /** The gateway whose log the job reads. */
  readonly gateway: string;
  readonly run: string;
  /** The content that was deployed; the same content is not deployed again. */
  readonly digest: string;
}

const pattern = /^signalbox ([0-9a-f]{8,32}) run ([0-9a-f]{8,32}) of ([0-9a-f]{8,64})$/;

export function formatJobName({ gateway, run, digest }: JobName): string {
  return `signalbox ${gateway} run ${run} of ${digest}`;
}

/** Returns undefined when the name is none of ours. */
export function parseJobName(name: string): JobName | undefined {
  const [, gateway, run, digest] = pattern.exec(name) ?? [];
  return gateway === undefined || run === undefined || digest === undefined ? undefined : { gateway, run, digest };
}
