/**
 * trace, traces get: prints what followed from one message. The gateway answers for every number and says what is known of it; a number
 * that no trace has also gives an exit code of its own, after the answer.
 */
import type { Command } from "commander";
import { segment } from "../address.ts";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

/** The fields that are read of the answer's `story` (contract/messages/traces.ts of the gateway). */
interface Story {
  readonly kind?: string;
  readonly newest?: number;
  readonly what?: string;
  readonly trace?: number | null;
}

export function addTraces(program: Command, traces: Command, context: CommandContext): void {
  for (const command of [program.command("trace"), traces.command("get")]) {
    command.description("What followed from a message, by its trace's number").argument("<number>");
    command.action(async (number: string) => {
      const answer = await context.client(command).record({ method: "GET", path: `/v1/traces/${segment(number)}` });
      context.print(command, answer);
      const missing = missingIn("story" in answer ? ((answer.story ?? {}) as Story) : {}, number);
      if (missing !== undefined) throw missing;
    });
  }
}

/** Returns undefined when the trace exists, or waits to begin. */
function missingIn({ kind, newest, what, trace }: Story, number: string): CliError | undefined {
  switch (kind) {
    case "never":
      return new CliError("notFound", `nothing ever had the number ${number}; the newest is ${newest ?? "not known"}`, lists);
    case "other": {
      const cure = typeof trace === "number" ? `It belongs to a trace: \`signalbox trace ${trace}\`.` : lists;
      return new CliError("notFound", `${number} is the number of something else (${what ?? "not known"}), not of a trace`, cure);
    }
    case "undone":
      return new CliError("notFound", `a restore took back what had the number ${number}`, lists);
    case "older":
      return new CliError("notFound", `the journal does not go back to ${number}`, "Raise the limits of the journal for what is to come.");
    case "unknown":
      return new CliError("notFound", `nothing tells of ${number}`, lists);
    default:
      return undefined;
  }
}

const lists = "`signalbox traces list` lists them.";
