import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { isWithin, repositoryOf } from "../../../policies/repository.ts";
import { imageRegistriesAllowed } from "../../../policies/rules/image-registries-allowed.ts";
import { messagesOf } from "../evaluate.ts";
import { pod } from "../objects.ts";

const environment = {
  tenants: {
    shop: { namespaces: ["shop"], clusters: ["main"], registries: ["registry.example.com/shop"] },
    closed: { namespaces: ["closed"], clusters: ["main"], registries: [] },
    open: { namespaces: ["open"], clusters: ["main"] },
  },
  applications: { checkout: { tenant: "shop" } },
};

const allowed: [image: string, registry: string][] = [
  ["nginx", "docker.io"],
  ["nginx:1.27", "docker.io/library"],
  ["nginx:1.27", "docker.io/library/nginx"],
  ["bitnami/redis:7", "index.docker.io"],
  ["docker.io/nginx", "docker.io/library"],
  ["index.docker.io/bitnami/redis", "docker.io/bitnami"],
  ["registry-1.docker.io/library/nginx", "docker.io"],
  ["ghcr.io/team/web@sha256:abc", "ghcr.io"],
  ["ghcr.io/team/web:1", "ghcr.io/team"],
  ["ghcr.io/team/web:1", "ghcr.io/team/"],
  ["GHCR.io/team/web:1", "ghcr.io"],
  ["registry.example.com:5000/web:1", "registry.example.com:5000"],
  ["localhost/web", "localhost"],
];

const refused: [image: string, registry: string][] = [
  ["nginx", "ghcr.io"],
  ["bitnami/redis", "docker.io/library"],
  ["ghcr.io/teamwork/web:1", "ghcr.io/team"],
  ["ghcr.io.example.com/team/web:1", "ghcr.io"],
  ["registry.example.com:5000/web:1", "registry.example.com"],
  ["evil/ghcr.io/team/web", "ghcr.io"],
  ["ghcr.io/team-web:1", "ghcr.io/team"],
];

describe("image-registries-allowed", () => {
  for (const [image, registry] of allowed) {
    it(`finds ${image} in ${registry}`, () => {
      assert.deepEqual(messagesOf(imageRegistriesAllowed, pod({ image }), { registries: [registry] }), []);
    });
  }

  for (const [image, registry] of refused) {
    it(`does not find ${image} in ${registry}`, () => {
      assert.deepEqual(messagesOf(imageRegistriesAllowed, pod({ image }), { registries: [registry] }), [
        `container "web" runs "${image}", where the environment allows ${registry}`,
      ]);
    });
  }

  it("allows any where neither the environment nor the tenant names one", () => {
    assert.deepEqual(messagesOf(imageRegistriesAllowed, pod({ image: "evil.example.com/web" })), []);
  });

  it("keeps a tenant to its registries, whether an owner or a namespace says whose an object is", () => {
    const check = (image: string, metadata: Record<string, string | Record<string, string>>) =>
      messagesOf(
        imageRegistriesAllowed,
        { ...pod({ image }), metadata: { name: "web", ...metadata } },
        { environment },
      );
    const owned = { annotations: { "driftless.dev/application": "checkout" } };
    const message = 'container "web" runs "nginx:1", where the tenant "shop" allows registry.example.com/shop';
    assert.deepEqual(check("nginx:1", { namespace: "shop" }), [message]);
    assert.deepEqual(check("nginx:1", owned), [message]);
    assert.deepEqual(check("registry.example.com/shop/web:1", owned), []);
    assert.deepEqual(check("nginx:1", { namespace: "closed" }), [
      'container "web" runs "nginx:1", where the tenant "closed" allows none',
    ]);
    assert.deepEqual(check("nginx:1", { namespace: "open" }), []);
    assert.deepEqual(check("nginx:1", { namespace: "elsewhere" }), []);
    assert.deepEqual(check("nginx:1", { annotations: { "driftless.dev/application": "constructor" } }), []);
  });

  it("asks for both where the environment and the tenant name some", () => {
    const object = { ...pod({ image: "ghcr.io/shop/web:1" }), metadata: { name: "web", namespace: "shop" } };
    assert.equal(messagesOf(imageRegistriesAllowed, object, { registries: ["quay.io"], environment }).length, 2);
  });

  it("looks at image volumes", () => {
    const object = pod({}, { volumes: [{ name: "model", image: { reference: "quay.io/models/tiny:1" } }] });
    assert.deepEqual(messagesOf(imageRegistriesAllowed, object, { registries: ["docker.io"] }), [
      'volume "model" mounts "quay.io/models/tiny:1", where the environment allows docker.io',
    ]);
  });

  it("reads repositories without failing, whatever they look like", () => {
    assert.equal(repositoryOf("/web"), "docker.io//web");
    assert.equal(repositoryOf(""), "docker.io/library/");
    assert.equal(isWithin("docker.io/library/nginx", ""), false);
  });
});
