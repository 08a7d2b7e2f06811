/**
 * ProcessGuard: a small shell beside the gateway that ends the co-located processes when the gateway is gone, however it ended (kill -9
 * too). It reads from a pipe which process groups are alive. The pipe ends with the gateway; then the shell kills those groups and removes
 * the folder of their sockets. process-instance.ts starts every process in a group of its own and tells the guard of it in the same turn.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { markName } from "./marked-processes.ts";

/**
 * A script for POSIX sh; `$1` is the folder. It finds processes that left their group by their mark (marked-processes.ts). Signals to the
 * gateway's own group (Ctrl+C) do not reach it, because it has a session of its own.
 */
const script = `
groups=""
while read -r verb group; do
  case "$verb" in
    add) groups="$groups $group" ;;
    drop)
      kept=""
      for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
      groups="$kept" ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
for one in /proc/[0-9]*; do
  grep -qsaF "${markName}=$1/" "$one/environ" 2>/dev/null && kill -s KILL "\${one#/proc/}" 2>/dev/null
done
rm -rf -- "$1"
`;

export class ProcessGuard {
  readonly #folder: string;
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts the guard. Resolves with undefined when it watches, else with the reason why it cannot. */
  async start(): Promise<string | undefined> {
    const shell = spawn("/bin/sh", ["-c", script, "sh", this.#folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    neverUnheard(shell);
    neverUnheard(shell.stdin);
    const problem = await new Promise<string | undefined>((resolve) => {
      shell.once("spawn", () => resolve(undefined));
      shell.once("error", (error) => resolve(`/bin/sh does not run (${error.message})`));
    });
    if (problem !== undefined) return problem;
    this.#shell = shell;
    for (const group of this.#groups) this.#say("add", group);
    // The guard is started again, because without it a kill -9 of the gateway would leave processes behind.
    shell.once("exit", () => {
      if (!this.#closed) void this.start();
    });
    return undefined;
  }

  add(group: number): void {
    this.#groups.add(group);
    this.#say("add", group);
  }

  drop(group: number): void {
    this.#groups.delete(group);
    this.#say("drop", group);
  }

  /** Ends the guard, which kills what is left and removes the folder. */
  close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell === undefined || shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      shell.once("exit", () => resolve());
      shell.stdin?.end();
    });
  }

  #say(verb: "add" | "drop", group: number): void {
    this.#shell?.stdin?.write(`${verb} ${group}\n`);
  }
}
