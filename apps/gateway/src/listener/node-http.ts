/**
 * NodeHttp: node:http for the gateway. Importing its values the usual way reads every property of it, and one of them loads a client,
 * WebSockets and forms that nobody here needs, which takes 20 to 30 ms of each start. A lint rule points here; types come from node:http
 * itself.
 */
export const nodeHttp = process.getBuiltinModule("node:http");
