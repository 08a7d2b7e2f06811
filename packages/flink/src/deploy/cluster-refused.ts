/** ClusterRefused: why a cluster does not run what is in force, and what a person does about it. The gateway's own reasons; FlinkProblem has Flink's. */
export class ClusterRefused extends Error {
  readonly cure: string;

  constructor(message: string, cure: string) {
    super(message);
    this.name = "ClusterRefused";
    this.cure = cure;
  }
}
