/**
 * The text a new module starts from: it declares one endpoint and says what else a module may contain.
 */
export function moduleTemplate(functions = "example/greeter"): string {
  return `# A module declares endpoints, ingresses and egresses, one YAML document each.
# Ctrl+Space completes; nothing runs until it is applied.
kind: io.statefun.endpoints.v2/http
spec:
  functions: ${functions}
  urlPathTemplate: http://127.0.0.1:8000/statefun
  transport:
    type: io.statefun.transports.v1/async
    call: 2min
    connect: 10s
`;
}

/** Whether a module may have this name. */
export function isModuleName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);
}
