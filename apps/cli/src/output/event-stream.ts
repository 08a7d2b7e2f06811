/**
 * createParser: server-sent events out of text in any pieces; one call for the data of each event of these names that has some. Bounded by one event.
 */
const eventCharactersMax = 16 * 1024 * 1024;

export function createParser(onData: (data: string) => void, names: readonly string[] = ["message"]): (text: string) => void {
  let held = "";
  return (text) => {
    held += text;
    if (held.length > eventCharactersMax) throw new Error("one event of the stream is too long");
    for (let end = held.indexOf("\n\n"); end !== -1; end = held.indexOf("\n\n")) {
      const event = held.slice(0, end);
      held = held.slice(end + 2);
      const data = event
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5).trimStart())
        .join("\n");
      const [, name = "message"] = /^event: (.*)$/m.exec(event) ?? [];
      if (data !== "" && names.includes(name)) onData(data);
    }
  };
}
