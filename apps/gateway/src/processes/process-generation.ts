/**
 * ProcessGeneration: the instances of one endpoint that were started for one version of its text in a module. When the text changes, the
 * next generation starts beside this one, and this one drains after the takeover (process-supervisor.ts).
 */
import { freePort } from "./free-port.ts";
import type { ListenPlace } from "./process-environment.ts";
import type { ProcessGuard } from "./process-guard.ts";
import { type Answers, ProcessInstance, type InstanceView } from "./process-instance.ts";
import type { ProcessOutput } from "./process-output.ts";
import type { ProcessSpec } from "./process-spec.ts";

export interface GenerationParts {
  readonly spec: ProcessSpec;
  readonly number: number;
  /** The folder of the instances' sockets. */
  readonly folder: string;
  readonly output: ProcessOutput;
  readonly guard: ProcessGuard;
  readonly answers: Answers;
  readonly gatewayEnv: Readonly<Record<string, string | undefined>>;
  readonly onChange: () => void;
}

export class ProcessGeneration {
  readonly spec: ProcessSpec;
  readonly number: number;
  readonly urlTemplates: readonly string[];
  readonly #instances: readonly ProcessInstance[];
  readonly #startedMs = performance.now();
  #hasServed = false;

  private constructor(parts: GenerationParts, places: readonly ListenPlace[]) {
    const { spec } = parts;
    this.spec = spec;
    this.number = parts.number;
    this.urlTemplates = places.map((place) => urlAt(spec, place));
    this.#instances = places.map((place, index) => new ProcessInstance({ ...parts, number: index + 1, place }));
  }

  static async start(parts: GenerationParts): Promise<ProcessGeneration> {
    const places: ListenPlace[] = [];
    for (let index = 1; index <= parts.spec.instances; index++) {
      if (parts.spec.listen === "port") places.push({ kind: "port", port: await freePort() });
      else places.push({ kind: "socket", path: `${parts.folder}/${parts.number}-${index}.sock` });
    }
    return new ProcessGeneration(parts, places);
  }

  /** Whether it can take over: all instances run, or some do and the time that they may take to start is over. Once true, it stays true. */
  get serves(): boolean {
    if (this.#hasServed) return true;
    const running = this.#instances.filter(({ state }) => state === "running").length;
    const overdue = performance.now() - this.#startedMs > this.spec.startTimeoutMs;
    this.#hasServed = running === this.#instances.length || (overdue && running > 0);
    return this.#hasServed;
  }

  views(): InstanceView[] {
    return this.#instances.map((instance) => instance.view());
  }

  /** Looks whether the instance at this URL still answers. */
  suspect(urlTemplate: string): void {
    this.#instances[this.urlTemplates.indexOf(urlTemplate)]?.suspect();
  }

  async drain(drainMs: number): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.drain(drainMs)));
  }
}

function urlAt({ protocol, path }: ProcessSpec, place: ListenPlace): string {
  if (protocol === "grpc") return place.kind === "socket" ? `grpc+unix://${place.path}` : `grpc://127.0.0.1:${place.port}`;
  return place.kind === "socket" ? `http+unix://${place.path}${path}` : `http://127.0.0.1:${place.port}${path}`;
}
