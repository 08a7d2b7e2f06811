/** The Helm chart: linted and rendered by the real helm, with and without what can be switched on. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { settingsTable } from "../../apps/gateway/src/env.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { findProgram } from "../stack/find-program.ts";

const chart = join(repositoryRoot, "deploy/helm/signalbox");
const helm = findProgram("helm", "SIGNALBOX_HELM");
const reason =
  helm === undefined ? " (skipped: there is no helm: go install helm.sh/helm/v3/cmd/helm@latest, or name it in SIGNALBOX_HELM)" : "";

const object = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }), spec: z.looseObject({}) });
const podShape = z.looseObject({
  spec: z.looseObject({
    replicas: z.number(),
    template: z.looseObject({
      spec: z.looseObject({
        automountServiceAccountToken: z.literal(false),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(65_532) }),
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            env: z.array(z.object({ name: z.string(), value: z.string() })),
            securityContext: z.looseObject({ readOnlyRootFilesystem: z.literal(true), allowPrivilegeEscalation: z.literal(false) }),
            readinessProbe: z.looseObject({ httpGet: z.looseObject({ path: z.string(), scheme: z.string() }) }),
            volumeMounts: z.array(z.looseObject({ mountPath: z.string() })),
          }),
        ]),
      }),
    }),
  }),
});

function rendered(...sets: string[]): z.output<typeof object>[] {
  const values = sets.flatMap((set) => ["--set", set]);
  const text = execFileSync(helm ?? "", ["template", "box", chart, "--kube-version", "1.30.0", ...values], { stdio: "pipe" }).toString();
  return parseAllDocuments(text).map((document) => object.parse(document.toJS()));
}

const kinds = (objects: readonly { kind: string }[]): string[] => objects.map(({ kind }) => kind).sort();

function containerOf(objects: readonly z.output<typeof object>[]) {
  const set = podShape.parse(objects.find(({ kind }) => kind === "StatefulSet"));
  expect(set.spec.replicas).toBe(1);
  return set.spec.template.spec.containers[0];
}

describe.skipIf(helm === undefined)(`the Helm chart${reason}`, () => {
  it("passes lint, and has the version of the release", () => {
    execFileSync(helm ?? "", ["lint", "--strict", "--kube-version", "1.30.0", chart], { stdio: "pipe" });
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")));
    expect(parse(readFileSync(join(chart, "Chart.yaml"), "utf8"))).toMatchObject({ version, appVersion: version });
  });

  it("is one gateway with a volume, as a user that owns nothing else, with a read-only root", () => {
    const objects = rendered();
    expect(kinds(objects)).toEqual(["NetworkPolicy", "Service", "StatefulSet"]);
    const { image, volumeMounts, readinessProbe } = containerOf(objects);
    expect(image).toBe("signalbox:0.1.0");
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(["/data", "/tmp"]);
    expect(readinessProbe.httpGet).toMatchObject({ path: "/health", scheme: "HTTP" });
  });

  it("sets only variables that the gateway knows", () => {
    const table = settingsTable();
    const { env } = containerOf(
      rendered(
        "tls.secretName=cert",
        "origin=https://box.example",
        "restore.claimName=old",
        "restore.path=a.backup",
        "settings.SIGNALBOX_PARTITIONS=2",
      ),
    );
    for (const { name } of env) expect(table).toContain(`| \`${name}\` |`);
    expect(env).toContainEqual({ name: "SIGNALBOX_RESTORE_BACKUP", value: "/restore/a.backup" });
    expect(env).toContainEqual({ name: "SIGNALBOX_PARTITIONS", value: "2" });
  });

  it("speaks TLS to probes, is scraped and is reached from outside where that is switched on", () => {
    const objects = rendered(
      "tls.secretName=cert",
      "ingress.enabled=true",
      "ingress.host=box.example",
      "serviceMonitor.enabled=true",
      "serviceMonitor.tokenSecretName=scraper",
      "networkPolicy.to[0].ipBlock.cidr=10.0.0.0/8",
    );
    expect(kinds(objects)).toEqual(["Ingress", "NetworkPolicy", "Service", "ServiceMonitor", "StatefulSet"]);
    expect(containerOf(objects).readinessProbe.httpGet.scheme).toBe("HTTPS");
    expect(objects.find(({ kind }) => kind === "ServiceMonitor")).toMatchObject({
      spec: { endpoints: [{ scheme: "https", path: "/metrics" }] },
    });
    expect(objects.find(({ kind }) => kind === "NetworkPolicy")).toMatchObject({ spec: { policyTypes: ["Ingress", "Egress"] } });
  });

  it("reads the authorities of client certificates from a Secret", () => {
    const { env, volumeMounts } = containerOf(rendered("tls.secretName=cert", "tls.clientAuthoritySecretName=machines"));
    expect(env).toContainEqual({ name: "SIGNALBOX_TLS_CLIENT_CA", value: "/client-authority/ca.crt" });
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain("/client-authority");
  });

  it("has a port for PostgreSQL's clients in the pod, its Service and its policy where it is asked for, and a drain as long as wanted", () => {
    const objects = rendered("service.postgresPort=5432", "terminationGracePeriodSeconds=75");
    expect(containerOf(objects).env).toContainEqual({ name: "SIGNALBOX_POSTGRES_PORT", value: "4283" });
    const of = (kind: string) => objects.find((one) => one.kind === kind);
    expect(of("Service")).toMatchObject({
      spec: { ports: expect.arrayContaining([{ name: "postgres", port: 5432, targetPort: "postgres" }]) },
    });
    expect(of("NetworkPolicy")).toMatchObject({ spec: { ingress: [{ ports: expect.arrayContaining([{ port: "postgres" }]) }] } });
    expect(of("StatefulSet")).toMatchObject({
      spec: {
        template: {
          spec: {
            terminationGracePeriodSeconds: 75,
            containers: [{ ports: expect.arrayContaining([{ name: "postgres", containerPort: 4283 }]) }],
          },
        },
      },
    });
    expect(JSON.stringify(rendered())).not.toContain("postgres");
  });

  it("lets TaskManagers reach the gateway of a cluster of Flink, and reads its token from a file", () => {
    const table = settingsTable();
    const objects = rendered("flink.url=http://signalbox-flink-rest:8081", "flink.authorizationSecretName=flink");
    const { env, volumeMounts } = containerOf(objects);
    const given = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    for (const { name } of env) expect(table).toContain(`| \`${name}\` |`);
    expect(given).toMatchObject({
      SIGNALBOX_RUNTIME: "flink",
      SIGNALBOX_FLINK_URL: "http://signalbox-flink-rest:8081",
      SIGNALBOX_FLINK_HOST: "0.0.0.0",
      SIGNALBOX_FLINK_GATEWAY_URL: "http://box-signalbox.default.svc:4282",
      SIGNALBOX_FLINK_AUTHORIZATION_FILE: "/flink/token",
    });
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain("/flink");
    expect(objects.find(({ kind }) => kind === "Service")).toMatchObject({
      spec: { ports: expect.arrayContaining([{ name: "flink", port: 4282, targetPort: "flink" }]) },
    });
    const policy = JSON.stringify(objects.find(({ kind }) => kind === "NetworkPolicy"));
    expect(policy).toContain('{"port":"flink"}');
    expect(JSON.stringify(rendered())).not.toMatch(/4282|FLINK/);
  });

  it.each([
    [["restore.claimName=old"], "restore.path names the backup's file"],
    [["ingress.enabled=true"], "ingress.host is the name"],
  ])("refuses %s with the cure", (sets, words) => {
    expect(() => rendered(...sets)).toThrow(words);
  });
});
