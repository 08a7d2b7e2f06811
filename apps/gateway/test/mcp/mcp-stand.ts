/** A gateway as an assistant sees it, through the official client. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  /** The text, parsed as JSON. */
  readonly json: unknown;
}

export interface Assistant extends AsyncDisposable {
  readonly client: Client;
  toolNames(): Promise<string[]>;
  call(name: string, input?: Record<string, unknown>): Promise<ToolAnswer>;
}

export async function connectAssistant(url: string, token?: string): Promise<Assistant> {
  const client = new Client({ name: "test-assistant", version: "1" });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", url), { requestInit: { headers } }));
  return {
    client,
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name).toSorted(),
    async call(name, input = {}) {
      const { content, isError = false } = await client.callTool({ name, arguments: input });
      const text = content.map((block) => (block.type === "text" ? block.text : "")).join("");
      return { isError, text, json: JSON.parse(text) as unknown };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
