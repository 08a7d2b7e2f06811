/**
 * doctorHere: looks at this machine when its gateway does not answer: room on the disk of its data directory, and the ports that it needs.
 * Neighbour: doctor.ts prints what it finds.
 */
import { createServer } from "node:net";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

export interface Finding {
  readonly check: string;
  readonly isWell: boolean;
  readonly found: string;
  readonly cure: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A savepoint, a backup and the log need room beside the store. */
const freeBytesMin = 1024 ** 3;
const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

export function isHere(url: string): boolean {
  return loopback.test(new URL(url).hostname);
}

/** The figures of a disk, in the form in which a gateway gives its own. */
export interface DiskFigures {
  readonly place: string;
  readonly freeBytes: number;
}

export function diskFinding({ place, freeBytes }: DiskFigures): Finding {
  const found = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free at ${place}`;
  return { check: "disk", isWell: freeBytes >= freeBytesMin, found, cure: "Make room, or name another disk in SIGNALBOX_DATA_DIR." };
}

export async function diskHere(environment: Environment): Promise<Finding[]> {
  const folder = resolve(environment["SIGNALBOX_DATA_DIR"] ?? ".signalbox");
  for (let place = folder; ; place = dirname(place)) {
    const disk = await statfs(place).catch(() => undefined);
    if (disk !== undefined) return [diskFinding({ place: folder, freeBytes: disk.bavail * disk.bsize })];
    if (dirname(place) === place) return [];
  }
}

/** `httpPort` is the port at which no gateway answers. */
export function portsHere(httpPort: number, environment: Environment): Promise<Finding[]> {
  const wanted = [
    ["SIGNALBOX_PORT", httpPort],
    ["SIGNALBOX_GRPC_PORT", Number(environment["SIGNALBOX_GRPC_PORT"] ?? 4281)],
  ] as const;
  return Promise.all(
    wanted.map(async ([setting, port]) => {
      const why = await whyTaken(port);
      const found = why === undefined ? `${port} is free` : `${port} cannot be taken: ${why}`;
      return { check: "port", isWell: why === undefined, found, cure: `End what has it, or set ${setting} to another.` };
    }),
  );
}

function whyTaken(port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((answered) => {
    server.once("error", (error) => answered(error.message));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => answered(undefined)));
  });
}
