/**
 * NodeHttp: node:http for the gateway. An import of its values reads every property of it, one of which loads a client, WebSockets and forms
 * that nobody here needs: 20 to 30 ms of each start. Lint sends everybody here; types come from node:http itself.
 */
export const nodeHttp = process.getBuiltinModule("node:http");
