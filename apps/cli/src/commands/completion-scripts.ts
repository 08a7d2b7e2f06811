/**
 * completionScripts: the scripts of completion.ts as text. Each walks over the words before the cursor, leaves out options and their values,
 * and so finds the command that is being written; an argument that is no command leaves it where it was.
 */
export interface Place {
  /** The commands that lead to it, each after a slash; empty for the program. */
  readonly path: string;
  readonly words: readonly string[];
  readonly options: readonly { readonly name: string; readonly takesValue: boolean }[];
}

function valuedOptions(places: readonly Place[]): string[] {
  return [...new Set(places.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).map(({ name }) => name)))];
}

function pathsOf(places: readonly Place[]): string[] {
  return places.map(({ path }) => path).filter((path) => path !== "");
}

export function bashScript(places: readonly Place[]): string {
  const cases = places.map(({ path, words, options }) => {
    const names = [...options.map(({ name }) => name), "--help"].join(" ");
    return `    "${path}") words="${words.join(" ")}" options="${names}" ;;`;
  });
  return `_signalbox() {
  local path="" word="" skip="" words="" options="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$word" in
      ${valuedOptions(places).join("|")}) skip="yes"; continue ;;
      -*) continue ;;
    esac
    case "$path/$word" in
      ${pathsOf(places).join("|")}) path="$path/$word" ;;
    esac
  done
  COMPREPLY=()
  [ -n "$skip" ] && return
  case "$path" in
${cases.join("\n")}
  esac
  word="\${COMP_WORDS[COMP_CWORD]}"
  case "$word" in
    -*) words="$options" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _signalbox signalbox
`;
}

/** zsh runs bash's. */
export function zshScript(places: readonly Place[]): string {
  return `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
${bashScript(places)}`;
}

export function fishScript(places: readonly Place[]): string {
  const everywhere = places.find(({ path }) => path === "")?.options ?? [];
  const lines = places.flatMap(({ path, words, options }) => {
    const here = `complete -c signalbox -n 'test (__signalbox_path) = "${path}"'`;
    const verbs = words.length === 0 ? [] : [`${here} -f -a "${words.join(" ")}"`];
    const own = options.filter((option) => !everywhere.some(({ name }) => name === option.name));
    return [...verbs, ...own.map((option) => `${here} ${fishOption(option)}`)];
  });
  return `function __signalbox_path
  set -l path ""
  set -l skip ""
  for word in (commandline -opc)[2..-1]
    if test -n "$skip"
      set skip ""
      continue
    end
    switch $word
      case ${valuedOptions(places).join(" ")}
        set skip yes
      case '-*'
      case '*'
        if contains -- "$path/$word" ${pathsOf(places).join(" ")}
          set path "$path/$word"
        end
    end
  end
  echo "$path"
end
${lines.join("\n")}
${everywhere.map((option) => `complete -c signalbox ${fishOption(option)}`).join("\n")}
complete -c signalbox -l help
`;
}

function fishOption({ name, takesValue }: Place["options"][number]): string {
  return `-l ${name.slice(2)}${takesValue ? " -r" : ""}`;
}
