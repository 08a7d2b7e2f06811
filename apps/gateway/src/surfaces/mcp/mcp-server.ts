/**
 * mcpServer: the protocol server of one request: it lists the tools that its principal may call and calls the verb behind one. A refusal of
 * the verb becomes the tool's answer, with code and cure, so that the assistant can correct its call. Neighbours: mcp-route.ts makes one
 * for each request, mcp-tools.ts has the tools, services/guarded.ts decides and audits.
 */
import { McpServer, ProtocolError, ProtocolErrorCode, type CallToolResult, type Tool } from "@modelcontextprotocol/server";
import { isAudited } from "../../contract/operation.ts";
import type { Principal } from "../../contract/principal.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import { verbOf, type GuardedServices } from "../../services/guarded.ts";
import { answerBytesMax, boundedText } from "./bounded-text.ts";
import { mcpTools, pageItemsDefault, toolsFor, type McpTool } from "./mcp-tools.ts";
import type { ToolInput } from "./tool-form.ts";

const instructions = `Signalbox keeps the state of entities (a type and an id), carries messages between them and calls the functions that hold the logic.
Answer from evidence. Why did something not happen? find_entities by the beginning of its id, then why_waiting: waitReason, failure and cure say what it
waits for. If nothing waits: entity_history shows what came and what it changed, trace what followed from one message, blame who wrote each
value. failures groups all that needs a person. Values are decoded JSON in \`text\`. Lists come by pages: pass the cursor of the answer on.`;

export interface McpServerOptions {
  readonly services: GuardedServices;
  readonly logError: (error: unknown, where: string) => void;
}

export function mcpServer(principal: Principal, options: McpServerOptions): McpServer {
  const server = new McpServer({ name: "signalbox", version: "1" }, { capabilities: { tools: {} }, instructions });
  server.server.setRequestHandler("tools/list", () => ({ tools: toolsFor(principal.rights).map(described) }));
  server.server.setRequestHandler("tools/call", async ({ params: { name, arguments: input = {} } }, { mcpReq }) => {
    const tool = mcpTools.find((one) => one.name === name);
    if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${name.slice(0, 100)}.`);
    return answerOf(tool, input, { ...options, principal, signal: mcpReq.signal });
  });
  return server;
}

function described({ name, description, inputSchema, operation }: McpTool): Tool {
  const changes = isAudited(operation) || operation.access === "send";
  return {
    name,
    description,
    inputSchema: inputSchema as Tool["inputSchema"],
    annotations: { title: operation.summary, readOnlyHint: !changes, destructiveHint: changes, openWorldHint: false },
  };
}

interface Asking extends McpServerOptions {
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

async function answerOf(tool: McpTool, input: ToolInput, asking: Asking): Promise<CallToolResult> {
  try {
    const text = tool.isPaged ? await fittingPage(tool, input, asking) : boundedText(await ask(tool, input, asking)).text;
    return { content: [{ type: "text", text }] };
  } catch (error) {
    if (!isExpected(error)) asking.logError(error, `mcp ${tool.name}`);
    const { code, title, detail, where, cure } = problemOf(error, tool.name);
    return { content: [{ type: "text", text: JSON.stringify({ code, title, detail, where, cure }) }], isError: true };
  }
}

/** A page that is too large is requested again with fewer items, so that its cursor leads to the ones left out. */
async function fittingPage(tool: McpTool, input: ToolInput, asking: Asking): Promise<string> {
  const wanted = input["limit"];
  let limit = typeof wanted === "number" ? wanted : pageItemsDefault;
  for (;;) {
    const page = await ask(tool, { ...input, limit: wanted === undefined || typeof wanted === "number" ? limit : wanted }, asking);
    const { text, whole } = boundedText(page);
    if (whole || !Number.isInteger(limit) || limit <= 1) return text;
    limit = Math.max(1, Math.min(Math.floor(limit / 2), Math.floor((limit * answerBytesMax) / JSON.stringify(page).length)));
  }
}

async function ask({ noun, verb, form, only }: McpTool, input: ToolInput, { services, principal, signal }: Asking): Promise<unknown> {
  const serve = (parsed: ToolInput): Promise<unknown> => Promise.resolve(verbOf(services, noun, verb)(principal, parsed, { signal }));
  const answer = await (form === undefined ? serve(input) : form.call(input, serve));
  if (only === undefined || typeof answer !== "object" || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => only.includes(name)));
}
