/**
 * findPython(): the Python that has the official SDK, where somebody has installed it; installPython() makes one in this folder.
 * Neighbours: services.ts runs the drivers with it, or says why it does not.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = import.meta.dirname;
const installTimeoutMs = 180_000;

/** RIDES_PYTHON names another one; the greeter in Python has the same packages. */
export function findPython(): string | undefined {
  const named = process.env["RIDES_PYTHON"];
  const places = named === undefined ? [join(folder, ".venv/bin/python"), join(folder, "../greeter-python/.venv/bin/python")] : [named];
  return places.find((place) => existsSync(place));
}

/** Throws what Python or pip said. */
export async function installPython(): Promise<void> {
  // Its protobuf is older than some Pythons' C interface: the one in plain Python works on all.
  const options = { timeout: installTimeoutMs, env: { ...process.env, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: "python" } };
  await run("python3", ["-m", "venv", join(folder, ".venv")], options);
  await run(
    join(folder, ".venv/bin/pip"),
    ["install", "--quiet", "--disable-pip-version-check", "-r", join(folder, "requirements.txt")],
    options,
  );
}
