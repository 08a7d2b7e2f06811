/**
 * completion: makes scripts for bash, zsh and fish from the commands that exist.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

export function addCompletion(program: Command, context: CommandContext): void {
  program
    .command("completion")
    .description("A completion script for your shell")
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", "\nExample: signalbox completion bash >> ~/.bashrc")
    .action((shell: string) => context.io.out(scriptFor(shell, wordsOf(program))));
}

interface Words {
  readonly top: readonly string[];
  readonly under: readonly (readonly [noun: string, verbs: readonly string[]])[];
}

function wordsOf(program: Command): Words {
  const names = (command: Command): string[] => command.commands.map((one) => one.name());
  return {
    top: names(program),
    under: program.commands.filter((noun) => noun.commands.length > 0).map((noun) => [noun.name(), names(noun)] as const),
  };
}

function scriptFor(shell: string, { top, under }: Words): string {
  const cases = under.map(([noun, verbs]) => `    ${noun}) words="${verbs.join(" ")}" ;;`).join("\n");
  switch (shell) {
    case "bash":
    case "zsh":
      return `${shell === "zsh" ? "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\nautoload -U +X bashcompinit && bashcompinit\n" : ""}_signalbox() {
  local words=""
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  [ "$COMP_CWORD" = 1 ] && words="${top.join(" ")}"
  [ "$COMP_CWORD" -gt 2 ] && words=""
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _signalbox signalbox
`;
    case "fish":
      return [
        `complete -c signalbox -n __fish_use_subcommand -f -a "${top.join(" ")}"`,
        ...under.map(([noun, verbs]) => `complete -c signalbox -n "__fish_seen_subcommand_from ${noun}" -f -a "${verbs.join(" ")}"`),
        "",
      ].join("\n");
    default:
      throw new CliError("usage", `there is no completion for "${shell}"`, "Name bash, zsh or fish.");
  }
}
