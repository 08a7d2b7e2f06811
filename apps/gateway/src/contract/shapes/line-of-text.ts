/** isLineOfText: a name that people give something. A refinement and no pattern: tools that read the OpenAPI document know few of Unicode's classes. */
export function isLineOfText(text: string): boolean {
  return /^\P{Cc}*$/u.test(text);
}
