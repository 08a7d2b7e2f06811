/**
 * missingGlobal: which global an error of isolated code is about, out of the error's own text: an isolate knows only that it has no such
 * name. Neighbours: isolate-server.ts and isolate-main.ts say it; isolationGap() of the runtime knows why it is not there and what helps.
 */

/** As V8 says it of a name, and of a property of the global object that is called. */
const sentences = [
  /ReferenceError: ([\w$]{1,64}) is not defined/,
  /TypeError: (?:\([^)]*globalThis[^)]*\)|globalThis)\.([\w$]{1,64}) is not a (?:function|constructor)/,
];

/** V8 says no more of an import() for which nobody has an answer. */
const dynamicImport = /^(?:caused by: )?(?:Type)?Error: Not supported$/m;

/** `reason`: what was thrown, with its stack. Undefined: it is about something else. */
export function missingGlobal(reason: string): string | undefined {
  for (const sentence of sentences) {
    const name = sentence.exec(reason)?.[1];
    if (name !== undefined) return name;
  }
  return dynamicImport.test(reason) ? "import()" : undefined;
}
