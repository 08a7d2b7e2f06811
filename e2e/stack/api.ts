/**
 * Api: the gateway's HTTP API as the tests use it. It is thin on purpose: it does what curl would do, and parses JSON.
 */

export interface AcceptedMessage {
  readonly messageId: number;
  readonly traceId: number;
}

export interface CallAnswer {
  readonly status: number;
  readonly typename: string | null;
  readonly messageId: string | null;
  readonly value: unknown;
}

export interface EntityStateValue {
  readonly name: string;
  readonly typename: string;
  readonly value?: unknown;
  readonly bytes?: string;
}

export interface Entity {
  readonly address: unknown;
  readonly status: string;
  readonly mailboxDepth: number;
  readonly state: readonly EntityStateValue[];
  readonly failure?: { readonly code: string; readonly message: string } | null;
}

export interface Savepoint {
  readonly id: string;
  readonly path: string;
  readonly epoch: number;
  readonly entities: number;
  readonly messages: number;
  readonly sizeBytes: number;
  readonly checksum: string;
}

export interface EgressOutbox {
  readonly id: string;
  readonly waitingRecords: number;
}

export interface EgressRecord {
  readonly sequence: number;
  readonly typename: string;
  readonly value: unknown;
  /** The value as base64. */
  readonly bytes: string;
}

export interface StatusSummary {
  readonly epoch: number;
  readonly health: { readonly kind: string };
  readonly waiting: number;
  readonly inFlight: number;
  readonly parked: number;
  readonly delayed: number;
  readonly backingOff: number;
}

export interface SendOptions {
  readonly valueType?: string;
  readonly idempotencyKey?: string;
}

/** Thrown when the gateway answered without success. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: string;

  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

const requestMsMax = 30_000;

export class Api {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async request<T>(
    method: string,
    path: string,
    init: { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string>; timeoutMs?: number } = {},
  ): Promise<T> {
    const { timeoutMs = requestMsMax, ...rest } = init;
    const response = await fetch(`${this.url}${path}`, { method, ...rest, signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) throw new ApiError(`${method} ${path}`, response.status, text);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  applyModule(name: string, yaml: string): Promise<unknown> {
    return this.request("PUT", `/v1/modules/${name}`, { body: yaml, headers: { "content-type": "application/yaml" } });
  }

  /** Sends the value as JSON; for a built-in value type the gateway turns it into the wire form. */
  send(target: { type: string; id: string }, value: unknown, options: SendOptions = {}): Promise<AcceptedMessage> {
    const headers: Record<string, string> = { "content-type": `application/vnd.${options.valueType ?? "io.statefun.types/string"}` };
    if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
    return this.request("POST", `/v1/messages/${target.type}/${encodeURIComponent(target.id)}`, { body: JSON.stringify(value), headers });
  }

  /** Sends the bytes of the value. */
  sendBytes(
    target: { type: string; id: string },
    value: Uint8Array<ArrayBuffer>,
    options: { valueType: string; idempotencyKey?: string | undefined; timeoutMs?: number },
  ): Promise<AcceptedMessage> {
    const headers: Record<string, string> = { "content-type": `application/vnd.${options.valueType}` };
    if (options.idempotencyKey !== undefined) headers["idempotency-key"] = options.idempotencyKey;
    const path = `/v1/messages/${target.type}/${encodeURIComponent(target.id)}`;
    return this.request("POST", path, { body: value, headers, timeoutMs: options.timeoutMs ?? requestMsMax });
  }

  /** Sends a message and waits for its answer. */
  async call(
    target: { type: string; id: string },
    value: unknown,
    { valueType, idempotencyKey, timeout = "20s" }: { valueType: string; idempotencyKey?: string; timeout?: string },
  ): Promise<CallAnswer> {
    const headers: Record<string, string> = { "content-type": `application/vnd.${valueType}` };
    if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
    const path = `/v1/calls/${target.type}/${encodeURIComponent(target.id)}?timeout=${timeout}`;
    const response = await fetch(`${this.url}${path}`, { method: "POST", body: JSON.stringify(value), headers });
    return {
      status: response.status,
      typename: response.headers.get("signalbox-typename"),
      messageId: response.headers.get("signalbox-message-id"),
      value: await response.json(),
    };
  }

  /** Returns ids and statuses of the first thousand entities of a type. */
  async entities(type: string): Promise<readonly { readonly address: { readonly id: string }; readonly status: string }[]> {
    const page = await this.request<{ items: readonly { address: { id: string }; status: string }[] }>(
      "GET",
      `/v1/entities/${type}?limit=1000`,
    );
    return page.items;
  }

  entity(target: { type: string; id: string }): Promise<Entity> {
    return this.request("GET", `/v1/entities/${target.type}/${encodeURIComponent(target.id)}`);
  }

  /** Returns the named state value decoded, or undefined when the entity or the value does not exist (yet). */
  async state(target: { type: string; id: string }, name: string): Promise<unknown> {
    try {
      const entity = await this.entity(target);
      return entity.state.find((value) => value.name === name)?.value ?? undefined;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Returns the outbox of every egress. */
  async egresses(): Promise<readonly EgressOutbox[]> {
    const reply = await this.request<{ egresses: readonly EgressOutbox[] }>("GET", "/v1/egresses");
    return reply.egresses;
  }

  /** None while no module declares it yet. */
  async egressRecords(id: string): Promise<readonly EgressRecord[]> {
    if (!(await this.egresses()).some((egress) => egress.id === id)) return [];
    const reply = await this.request<{ records: readonly EgressRecord[] }>("GET", `/v1/egresses/${id}?limit=1000`);
    return reply.records;
  }

  /** Returns the status strip's numbers, as the console reads them. */
  async summary(): Promise<StatusSummary> {
    const reply = await this.request<{ result: { data: StatusSummary } }>("GET", "/trpc/overview.summary");
    return reply.result.data;
  }

  /** Takes a savepoint, which takes longer the larger the state is. */
  takeSavepoint({ timeoutMs = requestMsMax }: { timeoutMs?: number } = {}): Promise<Savepoint> {
    return this.request("POST", "/v1/savepoints", { timeoutMs });
  }

  restoreSavepoint(id: string): Promise<unknown> {
    return this.request("POST", `/v1/savepoints/${id}:restore`);
  }
}
