/**
 * showAnswers: prints the answers of a call, one line of JSON each, as they come (docs/http-api.md has the events). It ends with the last
 * one; when the stream is cut the call continues, and the command says where its answers are.
 */
import { createParser } from "../output/event-stream.ts";
import { CliError } from "../exit-codes.ts";
import type { Io } from "../io.ts";

interface AnswerData {
  readonly index?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly cure?: string;
  readonly reason?: string;
}

export async function showAnswers(io: Io, response: Response): Promise<void> {
  const place = response.headers.get("location") ?? "";
  if (response.body === null) throw new CliError("failed", "the gateway sent no stream");
  let isOver = false;
  const parse = createParser(
    (text) => {
      const data = JSON.parse(text) as AnswerData;
      if (data.index !== undefined) return io.out(`${text}\n`);
      isOver = true;
      if (data.code !== undefined) throw new CliError("failed", `${data.code}: ${data.detail ?? ""}`, data.cure);
      if (data.reason !== undefined) throw new CliError("failed", `the answers were cut: ${data.reason}`);
    },
    ["answer", "done", "cut", "problem"],
  );
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body) parse(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (io.signal.aborted) return;
    throw new CliError("unreachable", `the stream was cut: ${String(error)}`, `The call goes on; its answers are at GET ${place}.`);
  }
  if (!isOver)
    throw new CliError("unreachable", "the stream ended before the last answer", `The call goes on; its answers are at GET ${place}.`);
}
