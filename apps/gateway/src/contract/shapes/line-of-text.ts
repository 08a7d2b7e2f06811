/**
 * isLineOfText: whether a text can be a name that people give something. It is a refinement and no pattern, because tools that read the
 * OpenAPI document know few of Unicode's classes.
 */
export function isLineOfText(text: string): boolean {
  return /^\P{Cc}*$/u.test(text);
}
