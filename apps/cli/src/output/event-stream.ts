/**
 * createParser: parses server-sent events from text in any pieces, and calls once for each event with one of these names that has data. It
 * holds at most one event, which is put together when its end has come.
 */
const eventCharactersMax = 16 * 1024 * 1024;

export function createParser(onData: (data: string) => void, names: readonly string[] = ["message"]): (text: string) => void {
  let pieces: string[] = [];
  let characters = 0;
  // The end of a line that may continue with the next piece.
  let held = "";
  const keep = (text: string): void => {
    characters += text.length;
    if (characters > eventCharactersMax) throw new Error("one event of the stream is too long");
    if (text !== "") pieces.push(text);
  };
  return (piece) => {
    let text = held + piece;
    held = "";
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      keep(text.slice(0, end));
      const event = pieces.join("");
      [pieces, characters] = [[], 0];
      text = text.slice(end + 2);
      tell(event, onData, names);
    }
    if (text.endsWith("\n")) {
      held = "\n";
      text = text.slice(0, -1);
    }
    keep(text);
  };
}

function tell(event: string, onData: (data: string) => void, names: readonly string[]): void {
  const data = event
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trimStart())
    .join("\n");
  const [, name = "message"] = /^event: (.*)$/m.exec(event) ?? [];
  if (data !== "" && names.includes(name)) onData(data);
}
