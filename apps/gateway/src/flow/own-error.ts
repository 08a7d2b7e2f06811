/**
 * OwnError: the function's own error, read out of what its service answered: its type, its message, and its own frames, innermost first.
 * Reads the stacks of JavaScript, Python, Java and Go as their SDKs and frameworks write them. Pure; what is no stack is undefined, never a
 * guess.
 * Neighbour: failure-cause.ts makes one cause of all that have the same.
 */
export interface Frame {
  readonly function: string;
  /** The file's name, without its folders. */
  readonly file: string;
  readonly line: number;
}

export interface OwnError {
  readonly name: string;
  readonly message: string;
  /** The frames without those of libraries and of the language itself. */
  readonly frames: readonly Frame[];
}

const framesMax = 12;
const charactersMax = 8_192;
/** Frames that are not the function's own: libraries, the runtime of the language, the SDKs. */
const foreign =
  /node_modules|node:|<anonymous>|site-packages|dist-packages|\/lib\/python|^java\.|^jdk\.|^sun\.|^javax\.|org\.apache\.flink|\/go\/pkg\/mod\/|\/usr\/local\/go\//;

export function ownErrorOf(text: string): OwnError | undefined {
  const bounded = text.slice(0, charactersMax);
  return pythonError(bounded) ?? jvmOrScriptError(bounded) ?? goError(bounded);
}

const headLine = /^(?:Uncaught |Exception in thread "[^"]*" )?((?:[\w$]+\.)*[A-Z][\w$]*): ?(.*)$/;
/** `at takePrice (/app/charge.ts:48:31)`, `at async /app/x.js:1:2`, `at com.shop.Charge.take(Charge.java:48)`. */
const scriptFrame = /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?([^()]*?):(\d+):\d+\)?$/;
const jvmFrame = /^\s+at ([\w$.<>/@]+)\(([\w$]+\.(?:java|kt|scala)):(\d+)\)$/;

function jvmOrScriptError(text: string): OwnError | undefined {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => headLine.test(line));
  const head = headLine.exec(lines[at] ?? "");
  if (head === null) return undefined;
  const frames: Frame[] = [];
  for (const line of lines.slice(at + 1)) {
    const found = frameOf(line);
    if (found !== undefined && frames.length < framesMax) frames.push(found);
  }
  const name = head[1] ?? "";
  return { name: name.slice(name.lastIndexOf(".") + 1), message: head[2] ?? "", frames };
}

function frameOf(line: string): Frame | undefined {
  const script = scriptFrame.exec(line);
  if (script !== null) {
    const [, named, place = "", at = "0"] = script;
    return foreign.test(place) ? undefined : { function: named ?? "", file: fileOf(place), line: Number(at) };
  }
  const jvm = jvmFrame.exec(line);
  if (jvm === null) return undefined;
  const [, method = "", file = "", at = "0"] = jvm;
  if (foreign.test(method)) return undefined;
  return { function: method.split(".").slice(-2).join("."), file, line: Number(at) };
}

const pythonFrame = /^\s+File "([^"]+)", line (\d+), in (.+)$/;
const pythonHead = /^((?:[\w]+\.)*[A-Za-z_]\w*)(?:: (.*))?$/;

function pythonError(text: string): OwnError | undefined {
  const begin = text.lastIndexOf("Traceback (most recent call last)");
  if (begin < 0) return undefined;
  const lines = text.slice(begin).split("\n").slice(1);
  const frames: Frame[] = [];
  for (const line of lines) {
    const found = pythonFrame.exec(line);
    if (found !== null && !foreign.test(found[1] ?? ""))
      frames.unshift({ function: found[3] ?? "", file: fileOf(found[1] ?? ""), line: Number(found[2]) });
  }
  const head = lines.map((line) => pythonHead.exec(line)).findLast((found) => found !== null);
  if (head === undefined || head === null) return undefined;
  const name = head[1] ?? "";
  return { name: name.slice(name.lastIndexOf(".") + 1), message: head[2] ?? "", frames: frames.slice(0, framesMax) };
}

const goHead = /^panic: (.*)$/m;
/** The limit of a line, because every bracket in it may be the one that begins the arguments. */
const goFrame = /^([\w./*()]{1,200})\([^)\n]{0,500}\)\n\t(\S{1,500}\.go):(\d+)/gm;

function goError(text: string): OwnError | undefined {
  const head = goHead.exec(text);
  if (head === null) return undefined;
  const frames = [...text.matchAll(goFrame)]
    .filter(([, , place = ""]) => !foreign.test(place))
    .map(([, name = "", place = "", line = "0"]) => ({
      function: name.slice(name.lastIndexOf("/") + 1),
      file: fileOf(place),
      line: Number(line),
    }));
  return { name: "panic", message: head[1] ?? "", frames: frames.slice(0, framesMax) };
}

function fileOf(place: string): string {
  return place.slice(Math.max(place.lastIndexOf("/"), place.lastIndexOf("\\")) + 1);
}
