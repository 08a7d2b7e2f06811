/**
 * jaasOptions: reads the options of a JAAS line, in which Kafka's properties hold user and password: `…LoginModule required name="value"
 * …;`.
 */
const line = /^\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b([\s\S]*);\s*$/;
const option = /\s*([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))/y;

/** undefined when the text is no such line. */
export function jaasOptions(text: string): Readonly<Record<string, string>> | undefined {
  const rest = line.exec(text)?.[2];
  if (rest === undefined) return undefined;
  const options: Record<string, string> = {};
  option.lastIndex = 0;
  while (option.lastIndex < rest.trimEnd().length) {
    const match = option.exec(rest);
    if (match === null) return undefined;
    const [, name = "", double, single, bare] = match;
    options[name] = (double ?? single ?? bare ?? "").replaceAll(/\\(.)/g, "$1");
  }
  return options;
}
