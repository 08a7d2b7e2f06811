/**
 * ClusterRefused: why a cluster does not run what is in force, and what a person can do about it. These are the gateway's own reasons;
 * FlinkProblem has Flink's.
 */
export class ClusterRefused extends Error {
  readonly cure: string;

  constructor(message: string, cure: string) {
    super(message);
    this.name = "ClusterRefused";
    this.cure = cure;
  }
}
