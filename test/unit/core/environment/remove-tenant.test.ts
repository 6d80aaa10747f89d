import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { buildEnvironment } from "../../../../core/environment/load.ts";
import { removeTenant } from "../../../../core/environment/remove-tenant.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";

const head = `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: "https://git.example.com/a.git", revision: ${"0".repeat(40)} }
clusters: { main: { local: { name: dev } } }
`;
const document = `${head}
tenants: # who is here
  shop:   { namespaces: [shop] }
  # everybody's money
  bank:
    namespaces: [bank] # vaults
    sharedWith: [shop]
  gate: { namespaces: [gate], sharedWith: [ shop, bank ] }

applications:
  web: { tenant: shop, path: web }
  vault: # of the bank
    tenant: bank
    path: vault
`;
const baseText = `apiVersion: driftless.dev/v1alpha1
kind: EnvironmentBase
tenants: { mail: { namespaces: [mail] } }
applications: { inbox: { tenant: mail, path: inbox } }
`;

function remove(tenant: string, text = document, base = false) {
  const inherited = base ? readYaml(baseText, "environments/_base.yaml") : undefined;
  const before = buildEnvironment("dev", readYaml(text, "environments/dev.yaml"), inherited);
  const removal = { environment: "dev", tenant, file: "environments/dev.yaml", text, base: inherited };
  return removeTenant(before, removal);
}

function refusal(work: () => unknown): DriftlessError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof DriftlessError, String(error));
    return error;
  }
  return assert.fail("it was not refused");
}

describe("a document without one of its tenants", () => {
  it("loses the tenant, its applications and its name elsewhere, and no other character", () => {
    const { text, applications, environment } = remove("bank");
    assert.deepEqual(applications, ["vault"]);
    assert.deepEqual(Object.keys(environment.spec.tenants), ["shop", "gate"]);
    assert.equal(
      text,
      `${head}
tenants: # who is here
  shop:   { namespaces: [shop] }
  # everybody's money
  gate: { namespaces: [gate], sharedWith: [ shop ] }

applications:
  web: { tenant: shop, path: web }
`,
    );
  });

  it("takes away what is inherited", () => {
    const { text, environment } = remove("mail", document, true);
    assert.match(text, /^ {2}mail: null$/m);
    assert.match(text, /^ {2}inbox: null$/m);
    assert.deepEqual(Object.keys(environment.spec.applications), ["web", "vault"]);
  });

  it("loses the sets that make its applications", () => {
    const set = `applicationSets:
  each:
    from: { list: [{ key: a }, { key: b }] }
    template: { name: "vault-{{ item.key }}", tenant: bank, path: vault }
  other:
    from: { list: [{ key: a }] }
    template: { name: "web-{{ item.key }}", tenant: shop, path: web }
`;
    const { text, applications, environment } = remove("bank", `${document}${set}`);
    assert.deepEqual(applications, ["vault", "vault-a", "vault-b"]);
    assert.deepEqual(Object.keys(environment.spec.applications), ["web", "web-a"]);
    assert.doesNotMatch(text, /each:/);
  });

  it("is refused with all that would be wrong with the rest", () => {
    const waiting = document.replace("path: web }", "path: web, dependsOn: [vault] }");
    const { findings } = refusal(() => remove("bank", waiting));
    assert.deepEqual(
      findings.map(({ code, place }) => `${code} ${String(place?.field)} ${String(place?.line)}`),
      ["CONFIG_INVALID applications.web.dependsOn[0] undefined"],
    );
    assert.match(findings[0].message, /^Without the tenant: There is no application "vault"/);
  });

  it("is refused where no application would be left", () => {
    const text = document.replace("  web: { tenant: shop, path: web }\n", "");
    const error = refusal(() => remove("bank", text));
    assert.equal(error.code, "EMPTY_ENVIRONMENT");
    assert.match(error.findings[0].fix, /driftless destroy dev/);
  });
});
