/** Errors as the library throws them, nested and wrapped: one code each, with cause and cure. */
import { describe, expect, it } from "vitest";
import { codesByPath, kafkaErrorOf } from "../../../src/connectors/kafka/kafka-client-error.ts";
import { KafkaError } from "../../../src/connectors/kafka/kafka-error.ts";
import { failureOf } from "../../../src/connectors/kafka/kafka-failure.ts";

function error(message: string, properties: Record<string, unknown>, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), properties);
}

function protocol(apiId: string, path = "/", serverErrorMessage?: string): Error {
  return error(`The ${apiId}.`, { code: "PLT_KFK_PROTOCOL", apiId, path, serverErrorMessage });
}

const network = (cause: unknown): Error => error("Connection to b:1 failed.", { code: "PLT_KFK_NETWORK" }, cause);

describe("an error of the library", () => {
  it.each([
    ["a refused connection", network(error("connect ECONNREFUSED", { code: "ECONNREFUSED" })), "ECONNREFUSED", "retry"],
    ["an unknown host", network(error("getaddrinfo ENOTFOUND", { code: "ENOTFOUND" })), "ENOTFOUND", "refused"],
    ["an expired certificate", network(error("expired", { code: "CERT_HAS_EXPIRED" })), "CERT_HAS_EXPIRED", "refused"],
    ["a listener that wants TLS", error("Broker requires TLS.", { code: "PLT_KFK_USER" }), "BROKER_REQUIRES_TLS", "refused"],
    [
      "refused credentials",
      network(error("SASL authentication failed.", { code: "PLT_KFK_AUTHENTICATION" }, protocol("SASL_AUTHENTICATION_FAILED"))),
      "SASL_AUTHENTICATION_FAILED",
      "refused",
    ],
    [
      "an absent mechanism",
      network(error("Cannot find a suitable SASL mechanism.", { code: "PLT_KFK_AUTHENTICATION" }, protocol("UNSUPPORTED_SASL_MECHANISM"))),
      "SASL_MECHANISM_REFUSED",
      "refused",
    ],
    ["a cut connection", error("Connection closed", { code: "PLT_KFK_NETWORK" }), "CONNECTION_CLOSED", "retry"],
    ["no answer", error("Request timed out", { code: "PLT_KFK_NETWORK" }), "REQUEST_TIMED_OUT", "retry"],
    ["a record over the broker's size", new AggregateError([protocol("MESSAGE_TOO_LARGE")], "response"), "MESSAGE_TOO_LARGE", "rejected"],
    ["another owner of the transactional id", new AggregateError([protocol("PRODUCER_FENCED")], "response"), "PRODUCER_FENCED", "fenced"],
    ["an unknown topic", new AggregateError([protocol("UNKNOWN_TOPIC_OR_PARTITION")], "r"), "UNKNOWN_TOPIC_OR_PARTITION", "refused"],
    ["a moved leader", new AggregateError([protocol("NOT_LEADER_OR_FOLLOWER")], "response"), "NOT_LEADER_OR_FOLLOWER", "retry"],
    ["something else", new TypeError("x is not a function"), "UNREADABLE_ANSWER", "retry"],
  ] as const)("names %s", (_what, thrown, code, kind) => {
    const failure = failureOf(kafkaErrorOf(thrown, "b:1"));
    expect(failure).toMatchObject({ code, kind });
    expect(failure.cause).toContain("b:1");
    expect(failure.cure).not.toBe("");
  });

  it("keeps the broker's own words", () => {
    const thrown = new AggregateError([protocol("POLICY_VIOLATION", "/", "topics begin with team-")], "response");
    expect(failureOf(kafkaErrorOf(thrown, "b:1")).cause).toContain("topics begin with team-");
  });

  it("stays the same error when it is named again", () => {
    const known = new KafkaError({ code: "NO_BROKER", where: "a" });
    expect(kafkaErrorOf(known, "b")).toBe(known);
  });

  it("tells which part of an answer failed", () => {
    const thrown = new AggregateError([protocol("LEADER_NOT_AVAILABLE", "/topics/1"), protocol("NONE", "/topics/2")], "response");
    expect(codesByPath(thrown).get("/topics/1")).toBe("LEADER_NOT_AVAILABLE");
  });

  it("ends, however deep causes lie", () => {
    const loop = error("a", { code: "PLT_KFK_NETWORK" });
    loop.cause = loop;
    expect(kafkaErrorOf(loop, "b").code).toBe("CONNECTION_CLOSED");
  });
});
