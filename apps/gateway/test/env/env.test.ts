/** The settings: defaults, overrides, errors that name variable, value and cure, and the table for the README. */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { defaultLimits } from "@signalbox/engine";
import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnv, settingsTable } from "../../src/env.ts";
import { variableName } from "../../src/limit-settings.ts";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseEnv(env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings from the environment", () => {
  it("gives the documented defaults when nothing is set", () => {
    expect(parseEnv({})).toEqual({
      port: 4280,
      grpcPort: 4281,
      host: "127.0.0.1",
      login: undefined,
      tls: undefined,
      sessions: { sessionAgeMs: 12 * 3_600_000, sessionIdleMs: 3_600_000 },
      allowedHosts: [],
      trustedProxies: [],
      allowedOrigins: [],
      basePath: "",
      requestBytesInMemoryMax: 64 * 1024 * 1024,
      rollupBytesMax: 128 * 1024 * 1024,
      dataDir: resolve(".signalbox"),
      databaseUrl: pathToFileURL(join(resolve(".signalbox"), "catalog.db")).href,
      logLevel: "info",
      endpointAllow: [],
      processes: {},
      isolatedFunctions: true,
      env: {},
      exampleEnv: {},
      partitions: 0,
      drainMs: 8000,
      limits: defaultLimits,
      warnings: [],
    });
  });

  it("keeps the catalog in the data directory unless DATABASE_URL says otherwise", () => {
    expect(parseEnv({ SIGNALBOX_DATA_DIR: "/var/lib/box" }).databaseUrl).toBe("file:///var/lib/box/catalog.db");
    expect(parseEnv({ DATABASE_URL: "postgresql://db/box" }).databaseUrl).toBe("postgresql://db/box");
  });

  it("lets modules start processes on loopback only, unless the setting says otherwise, and gives them no secret", () => {
    expect(parseEnv({ SIGNALBOX_HOST: "0.0.0.0" }).processes).toBeUndefined();
    expect(parseEnv({ SIGNALBOX_PROCESSES: "off" }).processes).toBeUndefined();
    const env = { SIGNALBOX_HOST: "0.0.0.0", SIGNALBOX_PROCESSES: "on", PATH: "/bin", DATABASE_URL: "postgresql://me:secret@db/box" };
    expect(parseEnv(env).processes).toEqual({ PATH: "/bin" });
    const isolated = parseEnv({ SIGNALBOX_PROCESSES: "isolated" });
    expect([isolated.processes, isolated.isolatedFunctions]).toEqual([undefined, true]);
    expect(parseEnv({ SIGNALBOX_PROCESSES: "off" }).isolatedFunctions).toBe(false);
    expect(() => parseEnv({ SIGNALBOX_PROCESSES: "yes" })).toThrow("SIGNALBOX_PROCESSES");
  });

  it("takes the header for Flink from one place, and does not repeat its content", () => {
    const flink = { SIGNALBOX_RUNTIME: "flink", SIGNALBOX_FLINK_AUTHORIZATION: "Bearer abc" };
    expect(parseEnv(flink).flink).toMatchObject({ authorization: "Bearer abc", authorizationFile: undefined, authorityFile: undefined });
    const files = parseEnv({ SIGNALBOX_RUNTIME: "flink", SIGNALBOX_FLINK_AUTHORIZATION_FILE: "token", SIGNALBOX_FLINK_CA: "/ca.pem" });
    expect(files.flink).toMatchObject({ authorizationFile: expect.stringMatching(/^\/.*\/token$/), authorityFile: "/ca.pem" });
    expect(problemsOf({ ...flink, SIGNALBOX_FLINK_AUTHORIZATION_FILE: "token" })).toEqual([expect.stringContaining("set one of them")]);
    const [wrong = ""] = problemsOf({ SIGNALBOX_FLINK_AUTHORIZATION: "hunter2" });
    expect(wrong).toMatch(/^SIGNALBOX_FLINK_AUTHORIZATION cannot be used: write Bearer and a token/);
    expect(wrong).not.toContain("hunter2");
  });

  it("reads every limit of the engine from its own variable", () => {
    const raised = Object.entries(defaultLimits).map(([name, value]) => [name, typeof value === "number" ? value + 1 : value] as const);
    const env = raised.map(([name, value]) => [variableName(name as keyof typeof defaultLimits), String(value)] as const);
    expect(parseEnv(Object.fromEntries(env)).limits).toEqual(Object.fromEntries(raised));
    expect(parseEnv({ SIGNALBOX_JOURNAL_LEVEL: "off", SIGNALBOX_DELIVERY: "committed" }).limits).toMatchObject({
      journalLevel: "off",
      delivery: "committed",
    });
  });

  it("reports all wrong values at once, each with variable, value and cure", () => {
    expect(problemsOf({ SIGNALBOX_PORT: "http", SIGNALBOX_LOG_LEVEL: "loud", SIGNALBOX_ATTEMPTS_MAX: "0" })).toEqual([
      'SIGNALBOX_PORT is "http": write a port from 0 to 65535 (0 picks a free one) (default `4280`).',
      'SIGNALBOX_LOG_LEVEL is "loud": write one of trace, debug, info, warn, error, fatal, silent (default `info`).',
      'SIGNALBOX_ATTEMPTS_MAX is "0": write a whole number, at least 1 (default `10`).',
    ]);
  });

  it("refuses settings that contradict each other", () => {
    expect(problemsOf({ SIGNALBOX_PORT: "5000", SIGNALBOX_GRPC_PORT: "5000" })).toEqual([expect.stringContaining("both 5000")]);
    expect(problemsOf({ SIGNALBOX_BACKOFF_BASE_MS: "60000" })).toEqual([expect.stringContaining("SIGNALBOX_BACKOFF_MAX_MS 10000")]);
  });

  it("takes a base path in any spelling, and refuses one that could be a route", () => {
    const pathOf = (text: string): string => parseEnv({ SIGNALBOX_BASE_PATH: text }).basePath;
    expect(["/", "/sb", "/sb/", "/tools/signal-box_1.2"].map(pathOf)).toEqual(["", "/sb", "/sb", "/tools/signal-box_1.2"]);
    for (const text of ["sb", "/v1", "/flow/x", "/a//b", "/..", "/a b", "/%41", "http://x/sb", `/${"a".repeat(101)}`]) {
      expect(problemsOf({ SIGNALBOX_BASE_PATH: text }), text).toEqual([
        expect.stringContaining(`SIGNALBOX_BASE_PATH is "${text.slice(0, 100)}"`),
      ]);
    }
  });

  it("gives modules the variables that are named or have the prefix, and none of its own", () => {
    const env = {
      SIGNALBOX_MODULE_ENV: "HOST, GONE",
      HOST: "h",
      SECRET: "s",
      SIGNALBOX_VAR_X: "x",
      SIGNALBOX_PORT: "5000",
      DATABASE_URL: "file:a",
    };
    const parsed = parseEnv(env);
    expect(parsed.env).toEqual({ HOST: "h", SIGNALBOX_VAR_X: "x" });
    expect(parsed.warnings).toEqual([]);
    for (const name of ["DATABASE_URL", "SIGNALBOX_PORT", "A-B", "*"]) expect(problemsOf({ SIGNALBOX_MODULE_ENV: name })).toHaveLength(1);
  });

  it("reads the places where endpoints may be", () => {
    expect(parseEnv({ SIGNALBOX_ENDPOINT_ALLOW: "*.example, 10.0.0.0/8,/run/*.sock" }).endpointAllow).toEqual([
      "*.example",
      "10.0.0.0/8",
      "/run/*.sock",
    ]);
    expect(problemsOf({ SIGNALBOX_ENDPOINT_ALLOW: "http://x" })).toEqual([expect.stringContaining("SIGNALBOX_ENDPOINT_ALLOW")]);
  });

  it("reads lists with commas between and refuses an entry that is not a name or an origin", () => {
    const lists = parseEnv({
      SIGNALBOX_ALLOWED_HOSTS: " box.example.com, .example.org ,*",
      SIGNALBOX_ALLOWED_ORIGINS: "https://a.example:8443",
    });
    expect(lists).toMatchObject({ allowedHosts: ["box.example.com", ".example.org", "*"], allowedOrigins: ["https://a.example:8443"] });
    for (const hosts of ["http://a", "a:80", "a/b", "a b"])
      expect(() => parseEnv({ SIGNALBOX_ALLOWED_HOSTS: hosts })).toThrow("host names");
    for (const origins of ["a.example", "https://a/b", "ftp://a", "null"])
      expect(() => parseEnv({ SIGNALBOX_ALLOWED_ORIGINS: origins })).toThrow("origins");
  });

  it("refuses a message that is larger than all requests together may be", () => {
    const small = { SIGNALBOX_REQUEST_BYTES_IN_MEMORY_MAX: "2000000" };
    expect(() => parseEnv(small)).toThrow("SIGNALBOX_MESSAGE_BYTES_MAX is 8388608");
    expect(parseEnv({ ...small, SIGNALBOX_MESSAGE_BYTES_MAX: "1000000" }).requestBytesInMemoryMax).toBe(2_000_000);
  });

  it("warns of a misspelt setting", () => {
    expect(parseEnv({ SIGNALBOX_PROT: "1" }).warnings).toEqual([expect.stringContaining("SIGNALBOX_PROT is no setting")]);
  });

  it("knows the variables of the command line, which may have started it", () => {
    expect(parseEnv({ SIGNALBOX_URL: "http://a", SIGNALBOX_TOKEN: "sb_x", SIGNALBOX_HOME: "/opt/signalbox" }).warnings).toEqual([]);
  });

  it("warns of a setting that has no effect without another one, and refuses a wrong value there too", () => {
    const grants = { SIGNALBOX_OIDC_GRANTS: "*=viewer:*", SIGNALBOX_OIDC_NAME: "" };
    expect(parseEnv(grants).warnings).toEqual(["SIGNALBOX_OIDC_GRANTS has no effect without SIGNALBOX_OIDC_ISSUER."]);
    const provider = { SIGNALBOX_OIDC_ISSUER: "https://idp.example", SIGNALBOX_OIDC_CLIENT_ID: "box" };
    expect(parseEnv({ ...provider, ...grants }).warnings).toEqual([]);
    expect(problemsOf({ SIGNALBOX_OIDC_GRANTS: "everybody" })[0]).toContain("SIGNALBOX_OIDC_GRANTS");
    const flink = { SIGNALBOX_FLINK_URL: "http://127.0.0.1:8081" };
    expect(parseEnv(flink).warnings).toEqual(["SIGNALBOX_FLINK_URL has no effect without SIGNALBOX_RUNTIME=flink."]);
    expect(parseEnv({ ...flink, SIGNALBOX_RUNTIME: "flink" }).warnings).toEqual([]);
  });

  it("takes an empty variable for an absent one", () => {
    expect(parseEnv({ SIGNALBOX_PORT: "" }).port).toBe(4280);
  });

  it("keeps the login on where other machines reach the ports", () => {
    expect(problemsOf({ SIGNALBOX_HOST: "0.0.0.0", SIGNALBOX_LOGIN: "off" })[0]).toContain("SIGNALBOX_LOGIN is off");
    expect(parseEnv({ SIGNALBOX_LOGIN: "off" }).login).toBe("off");
  });

  it("lists every setting with its default in the table", () => {
    const table = settingsTable();
    expect(table).toContain("| `SIGNALBOX_PORT` | `4280` | HTTP port: console, API, health and metrics |");
    expect(table).toContain("| `SIGNALBOX_MESSAGE_BYTES_MAX` | `8388608` | Bytes of one message |");
    expect(table.trim().split("\n")).toHaveLength(2 + 57 + Object.keys(defaultLimits).length);
  });
});
