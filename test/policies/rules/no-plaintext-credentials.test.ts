import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { noPlaintextCredentials } from "../../../policies/rules/no-plaintext-credentials.ts";
import { messagesOf, subject } from "../evaluate.ts";
import { pod } from "../objects.ts";

// Credentials are put together here, so that no scanner takes this file for one that holds some.
const awsKey = ["AKIA", "Q3EGLBCV5S7TN2XW"].join("");
const githubToken = ["ghp", "_", "x7Kd92LmQpRt5VbNc8ZsW1yHf4GjEa6Uo3Ti"].join("");
const random = ["f8Kq2", "Zx9Lm4", "Rt7Vb1", "Nc5Ws3"].join("");
const dashes = "-".repeat(5);
const body = Array.from({ length: 4 }, () => `${random}${random}`).join("\n");
const privateKey = `${dashes}BEGIN RSA PRIVATE KEY${dashes}\n${body}\n${dashes}END RSA PRIVATE KEY${dashes}\n`;
const certificate = `${dashes}BEGIN CERTIFICATE${dashes}\n${body}\n${dashes}END CERTIFICATE${dashes}\n`;

const config = (data: JsonObject): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a" },
  data,
});
const env = (name: string, value: string): JsonObject => pod({ env: [{ name, value }] });
const args = (...words: string[]): JsonObject => pod({ args: words });

function controlsOf(object: JsonObject, settings: JsonObject = {}): readonly (string | undefined)[] {
  return noPlaintextCredentials.checkSubject(subject(object), settings).map(({ control }) => control);
}

const refused: [control: string, what: string, object: JsonObject][] = [
  ["private-key", "a private key", config({ "server.pem": privateKey })],
  ["private-key", "a private key behind a certificate", config({ "server.pem": certificate + privateKey })],
  ["aws-access-token", "an access key of AWS", config({ "app.ini": `[aws]\nid = ${awsKey}\n` })],
  ["aws-access-token", "one in a variable", env("AWS_ACCESS_KEY_ID", awsKey)],
  ["github-pat", "a token of GitHub in an argument", args("sync", githubToken)],
  ["github-pat", "one in a script", pod({ command: ["sh", "-c", `git clone https://x:${githubToken}@example.com/a`] })],
  [
    "github-pat",
    "one in an annotation",
    { ...pod(), metadata: { name: "web", annotations: { "example.com/token": githubToken } } },
  ],
  [
    "github-pat",
    "one in a header of a probe",
    pod({ livenessProbe: { httpGet: { port: 1, httpHeaders: [{ name: "Authorization", value: githubToken }] } } }),
  ],
  ["generic-api-key", "disorder behind a telling name", config({ "app.conf": `api_key = "${random}"\nport = 8080\n` })],
  ["name", "a password by name", env("DB_PASSWORD", "hunter2")],
  ["name", "one in camel case", env("dbPassword", "hunter2")],
  ["name", "one in a ConfigMap", config({ "redis-password": "hunter2" })],
  ["name", "one in a file", config({ "app.properties": "db.user=web\ndb.password=hunter2\n" })],
  ["name", "one in JSON", config({ "app.json": '{\n  "password": "hunter2",\n  "port": 1\n}\n' })],
  ["name", "one of a flag", args("serve", "--db-password=hunter2")],
  ["name", "one behind a flag", args("serve", "--password", "hunter2")],
  ["name", "one in a script", pod({ command: ["sh", "-c", "export PGPASSWORD=hunter2; psql"] })],
  ["name", "a token by name", env("SLACK_TOKEN", "xo-12-ab-77")],
  ["url", "a URL with a password", env("DATABASE_URL", "postgres://web:hunter2@db:5432/web")],
];

const accepted: [what: string, object: JsonObject][] = [
  ["a certificate", config({ "ca.crt": certificate })],
  ["a reference to another variable", env("DB_PASSWORD", "$(POSTGRES_PASSWORD)")],
  ["a variable of the shell", config({ "run.sh": 'export PASSWORD="$PASSWORD"\nexport TOKEN=$(cat /token)\nrun\n' })],
  ["a placeholder", config({ "app.properties": "password=${DB_PASSWORD}\nport=1\n" })],
  ["a placeholder in words", env("DB_PASSWORD", "changeme")],
  ["an empty value", env("DB_PASSWORD", "")],
  ["a path", env("DB_PASSWORD_FILE", "/run/secrets/password")],
  ["a path under a telling name", env("API_TOKEN", "/var/run/secrets/token")],
  ["the name of a Secret", config({ "tls-secret": "web-tls" })],
  ["a number of tokens", env("MAX_TOKEN", "4096")],
  ["a switch", env("ENABLE_AUTH", "true")],
  ["the address of a service", env("OAUTH_TOKEN", "https://login.example.com/token")],
  ["a URL with a placeholder", env("DATABASE_URL", "postgres://web:$(PASSWORD)@db/web")],
  ["a URL with a port", env("DATABASE_URL", "postgres://db:5432/web?user=a@b")],
  ["a URL without a password", env("AMQP_URL", "amqp://web@queue/")],
  ["the working directory", env("PWD", "/srv/app1")],
  [
    "a Secret that is referred to",
    pod({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }] }),
  ],
  ["what Vault fills in", env("DB_PASSWORD", "vault:secret/data/web#password")],
  ["what SOPS has encrypted", config({ password: "ENC[AES256_GCM,data:Zm9v,type:str]" })],
  [
    "a checksum",
    { ...pod(), metadata: { name: "web", annotations: { "checksum/secret": "0123456789abcdef".repeat(4) } } },
  ],
  ["a digest", pod({ image: `registry.example.com/token@sha256:${"0123456789abcdef".repeat(4)}` })],
  ["a commit", env("GIT_COMMIT", "4b825dc642cb6eb9a060e54bf8d69288fbee4904")],
  ["a Secret, which another rule is about", { apiVersion: "v1", kind: "Secret", stringData: { password: "hunter2" } }],
  ["a file that names no password", config({ "nginx.conf": "server {\n  listen 80;\n  auth_basic off;\n}\n" })],
  ["the flag before another", args("--password", "--verbose")],
];

describe("no-plaintext-credentials", () => {
  for (const [control, what, object] of refused)
    it(`refuses ${what}`, () => assert.deepEqual(controlsOf(object), [control]));

  for (const [what, object] of accepted) it(`accepts ${what}`, () => assert.deepEqual(controlsOf(object), []));

  it("says where it is and what it is, and never shows it", () => {
    assert.deepEqual(messagesOf(noPlaintextCredentials, env("DB_PASSWORD", "hunter2")), [
      'variable "DB_PASSWORD" of container "web" holds what its name calls a credential',
    ]);
    assert.deepEqual(messagesOf(noPlaintextCredentials, config({ id: awsKey })), [
      'key "id" holds what looks like a credential (aws-access-token)',
    ]);
    for (const [, , object] of refused) {
      const shown = JSON.stringify(noPlaintextCredentials.checkSubject(subject(object), {}));
      for (const secret of ["hunter2", awsKey, githubToken, random, "xo-12"]) assert.ok(!shown.includes(secret), shown);
    }
  });

  it("names the field", () => {
    const [violation] = noPlaintextCredentials.checkSubject(subject(args("serve", "--password", "hunter2")), {});
    assert.deepEqual(violation?.path, ["spec", "containers", 0, "args", 2]);
  });

  it("reads what binaryData stands for, if it is text", () => {
    const object = config({});
    const binaryData = { "server.pem": Buffer.from(privateKey).toString("base64"), "a.bin": "AAECAwQ=" };
    assert.deepEqual(controlsOf({ ...object, binaryData }), ["private-key"]);
  });

  it("looks for what the settings leave in", () => {
    assert.deepEqual(controlsOf(env("DB_PASSWORD", "hunter2"), { names: false }), []);
    assert.deepEqual(controlsOf(config({ id: awsKey }), { ignore: ["aws-access-token"] }), []);
    assert.deepEqual(controlsOf(env("DB_PASSWORD", "for-tests"), { placeholders: ["for-tests"] }), []);
  });

  it("takes a text that is made to be slow in its stride", () => {
    const started = performance.now();
    for (const part of ["token", "curl ", `${dashes}BEGIN`, "password=", "a:b://", "sk_live_", "api-key.", "eyJ"]) {
      controlsOf(config({ "a.txt": part.repeat(Math.ceil(100_000 / part.length)) + "\n" }));
    }
    assert.ok(performance.now() - started < 10_000, `took ${performance.now() - started} ms`);
  });
});
