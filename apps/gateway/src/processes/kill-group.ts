/** killGroup: signals a process that leads a group (spawned with `detached`), and all that it has started and that stayed in its group. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: a group that is gone already is what was wanted.
  }
}
