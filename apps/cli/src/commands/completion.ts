/**
 * completion: makes scripts for bash, zsh and fish from the commands that exist. Neighbour: completion-scripts.ts writes them. A script
 * completes commands and verbs wherever options stand, options after a dash, and leaves everything else to the shell, which knows files.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";
import { bashScript, fishScript, zshScript, type Place } from "./completion-scripts.ts";

export function addCompletion(program: Command, context: CommandContext): void {
  program
    .command("completion")
    .description("A completion script for your shell")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", "\nExample: signalbox completion bash >> ~/.bashrc")
    .action((shell: string) => context.io.out(scriptFor(shell, placesOf(program))));
}

/** The program and every command below it, each under its name and its aliases. */
function placesOf(program: Command): readonly Place[] {
  const everywhere = optionsOf(program);
  const below = (command: Command, path: string): Place[] => [
    {
      path,
      words: command.commands.flatMap((one) => [one.name(), ...one.aliases()]),
      options: path === "" ? everywhere : [...optionsOf(command), ...everywhere],
    },
    ...command.commands.flatMap((one) => [one.name(), ...one.aliases()].flatMap((name) => below(one, `${path}/${name}`))),
  ];
  return below(program, "");
}

function optionsOf(command: Command): Place["options"] {
  const shown = command.options.filter(({ hidden }) => !hidden);
  return shown.flatMap(({ long, required, optional }) => (long ? [{ name: long, takesValue: required || optional }] : []));
}

function scriptFor(shell: string, places: readonly Place[]): string {
  switch (shell) {
    case "bash":
      return bashScript(places);
    case "zsh":
      return zshScript(places);
    case "fish":
      return fishScript(places);
    default:
      throw new CliError("usage", `there is no completion for "${shell}"`, "Name bash, zsh or fish.");
  }
}
