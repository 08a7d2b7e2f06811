/**
 * PartitionsByCores: how many partitions a new data directory gets when no setting says. On few cores the functions, the ingress and one
 * partition keep all of them busy; on more, one partition for two cores leaves as many for what is around it.
 */
const coresForSeveral = 4;
const partitionsByCoresMax = 8;

export function partitionsByCores(cores: number): number {
  return cores < coresForSeveral ? 1 : Math.min(partitionsByCoresMax, Math.floor(cores / 2));
}
