import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { imageAddress, isLocalRegistry } from "../../../../core/images/address.ts";

describe("where an image is kept", () => {
  const cases = {
    nginx: ["docker.io", "registry-1.docker.io", "library/nginx"],
    "team/web": ["docker.io", "registry-1.docker.io", "team/web"],
    "docker.io/nginx": ["docker.io", "registry-1.docker.io", "library/nginx"],
    "index.docker.io/team/web": ["docker.io", "registry-1.docker.io", "team/web"],
    "registry.example.com/web": ["registry.example.com", "registry.example.com", "web"],
    "registry.example.com:5000/shop/web": ["registry.example.com:5000", "registry.example.com:5000", "shop/web"],
    "localhost/web": ["localhost", "localhost", "web"],
    "Build/web": ["Build", "Build", "web"],
  };
  for (const [name, [registry, host, repository]] of Object.entries(cases)) {
    it(`reads ${name} as every container runtime does`, () => {
      assert.deepEqual(imageAddress(name), { registry, host, repository });
    });
  }

  it("takes only registries on this machine for such", () => {
    for (const host of ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
      assert.ok(isLocalRegistry(host));
    for (const host of ["localhost.example.com", "127.0.0.1.example.com", "registry:5000", "128.0.0.1"]) {
      assert.ok(!isLocalRegistry(host), host);
    }
  });
});
