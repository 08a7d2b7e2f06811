/** JobName: what the name of a job on the cluster says: whose it is, which run, and of which content. It is all that a gateway needs to know its job again. */

export interface JobName {
  /** Of the gateway whose log the job reads. */
  readonly gateway: string;
  readonly run: string;
  /** Of what was deployed; the same content is not deployed again. */
  readonly digest: string;
}

const pattern = /^signalbox ([0-9a-f]{8,32}) run ([0-9a-f]{8,32}) of ([0-9a-f]{8,64})$/;

export function formatJobName({ gateway, run, digest }: JobName): string {
  return `signalbox ${gateway} run ${run} of ${digest}`;
}

/** Undefined: it is nobody's of ours. */
export function parseJobName(name: string): JobName | undefined {
  const [, gateway, run, digest] = pattern.exec(name) ?? [];
  return gateway === undefined || run === undefined || digest === undefined ? undefined : { gateway, run, digest };
}
