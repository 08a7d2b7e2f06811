/**
 * The container's health check: asks the gateway's own port for /health, by TLS when the gateway has a certificate. It exits with 0 or 1.
 */
import http from "node:http";
import https from "node:https";

const { SIGNALBOX_PORT: port = "4280", SIGNALBOX_TLS_CERT: certificate = "" } = process.env;
const options = { host: "127.0.0.1", port, path: "/health", timeout: 4_000, headers: { host: "localhost" } };
// It asks this very machine, so the name in the certificate does not matter.
const request = certificate === "" ? http.get(options) : https.get({ ...options, rejectUnauthorized: false });
request.on("response", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
