/**
 * killGroup: signals a process that leads a group (spawned with `detached`), and everything that it has started and that stayed in its
 * group.
 */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH means that the group is gone already, which is what was wanted.
  }
}
