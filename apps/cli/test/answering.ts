/**
 * answering: a gateway that gives one answer to every request, and remembers the requests.
 */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

export function answering(status: number, answer: unknown, asked: Asked[] = []): typeof fetch {
  return async (url, init) => {
    const body = init?.body instanceof Blob ? await init.body.text() : typeof init?.body === "string" ? init.body : "";
    asked.push({ method: init?.method ?? "", url: url instanceof URL ? url.href : "", headers: new Headers(init?.headers), body });
    return Response.json(answer, { status });
  };
}
