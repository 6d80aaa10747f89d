import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { leftovers } from "../support/aws/leftovers.ts";
import { loseCluster } from "../support/aws/lose-cluster.ts";
import { startMoto, stranger, type Moto } from "../support/aws/moto.ts";
import { driftless, type CommandOptions, type CommandResult } from "../support/command-line.ts";
import { environmentText } from "../support/environment-text.ts";
import { startTestCluster, type TestCluster } from "../support/local-cluster.ts";
import { createTestProject, type TestProject } from "../support/pulumi-project.ts";
import { configMap } from "../support/sample.ts";
import { pulumi } from "../support/shell-pulumi.ts";

const region = "eu-central-1";

/** How the cluster `eu` of the document differs from the sample. */
interface Eks {
  readonly version?: string;
  readonly max?: number;
  readonly protect?: boolean;
  readonly endpoint?: object;
  readonly addons?: object;
  readonly zones?: number;
  readonly fargateProfiles?: object;
}

/**
 * AWS is moto here, the `aws` provider a stand-in, and the API server of the cluster a local one that asks whose a token is
 * by its signature: see docs/guide/aws.md for what that proves and what it does not.
 */
describe("an environment on EKS", function () {
  this.timeout(300_000);
  const outside = { ...process.env };
  let moto: Moto;
  let cluster: TestCluster;
  let project: TestProject;
  let revision = "";

  before(async () => {
    moto = await startMoto();
    cluster = await startTestCluster("eks", undefined, moto.tokenReview);
    await moto.useControlPlane(cluster.kubeconfig);
    project = await createTestProject();
    revision = await project.commit({ "web/web.yaml": configMap("web", "1") });
    // AWS's library reads the environment of this process.
    Object.assign(process.env, moto.env);
  });
  after(async () => {
    for (const name of Object.keys(moto.env)) {
      if (outside[name] === undefined) delete process.env[name];
      else process.env[name] = outside[name];
    }
    await project.remove();
    await cluster.remove();
    await moto.remove();
  });

  async function write(fields: Eks, name = "dev", eks?: object): Promise<void> {
    const { version = "1.33", max = 3, protect = true, endpoint = {}, addons = {}, zones = 3 } = fields;
    const { fargateProfiles = { batch: { selectors: [{ namespace: "batch" }] } } } = fields;
    const made = {
      ...{ region, version, protect, addons, tags: { owner: "platform" } },
      vpc: { cidr: "10.20.0.0/16", zones },
      endpoint: { public: true, publicAccessCidrs: ["203.0.113.0/24"], ...endpoint },
      nodeGroups: { default: { instanceTypes: ["m7i.large"], min: 2, max } },
      fargateProfiles,
      access: { admins: { principal: "arn:aws:iam::123456789012:role/admins", policy: "cluster-admin" } },
    };
    await project.write(
      `environments/${name}.yaml`,
      environmentText(revision, {
        name,
        clusters: { eu: { eks: eks ?? made } },
        tenants: { shop: { namespaces: ["shop"], podSecurity: "baseline" } },
        applications: { web: { tenant: "shop", path: "web" } },
        policy: { packs: ["policies"], config: { "aws-tags-required": { tags: ["owner"] } } },
      }),
    );
  }

  const run = (args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> =>
    driftless(project, [...toolGroups.render, ...toolGroups.engine], args, options);

  async function must(...args: readonly string[]): Promise<CommandResult> {
    const result = await run(args);
    assert.equal(result.exitCode, 0, `${result.stderr}\n${result.stdout}`);
    assert.doesNotMatch(result.stdout + result.stderr, /k8s-aws-v1\.|INTERNAL|ENGINE_FAILED|\n\s+at /);
    return result;
  }

  /** Each once. */
  async function codes(args: readonly string[], options: CommandOptions = {}): Promise<readonly string[]> {
    const { stdout } = await run([...args, "--json"], options);
    return [...new Set(printed.parse(JSON.parse(stdout)).findings.map(({ code }) => code))];
  }

  async function changes(...args: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await must(...args, "--json");
    return printed.parse(JSON.parse(stdout)).changes.map(({ action, kind, fields }) => {
      const paths = fields.map(({ path }) => path).sort();
      return [action, kind, ...paths].join(" ");
    });
  }

  it("says what it lacks before it touches anything: credentials, a cluster of that name, a way in", async () => {
    await write({});
    assert.deepEqual(await as({ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, () => codes(["preview", "dev"])), [
      "AWS_CREDENTIALS",
    ]);
    await write({}, "other", { existing: "nobody", region });
    assert.deepEqual(await codes(["preview", "other"]), ["EKS_CLUSTER_UNKNOWN"]);
    await write({}, "other", { existing: "dev-eu", region: "eu-nowhere-1" });
    assert.deepEqual(await codes(["validate", "other"]), ["CONFIG_INVALID"]);
  });

  it("is previewed before there is a cluster, with all that would be made, and nothing is", async () => {
    await write({});
    const planned = await changes("preview", "dev");
    for (const kind of [
      "Vpc.ec2.aws",
      "Cluster.eks.aws",
      "NodeGroup.eks.aws",
      "Key.kms.aws",
      "ConfigMap",
      "Namespace",
    ]) {
      assert.ok(planned.includes(`create ${kind}`), `${kind} in ${planned.join(", ")}`);
    }
    assert.deepEqual(await leftovers(region), []);
  });

  it("is refused by the policy of AWS's resources: an endpoint for the whole internet", async () => {
    await write({ endpoint: { publicAccessCidrs: ["0.0.0.0/0"] } });
    const found = await run(["preview", "dev"]);
    assert.equal(found.exitCode, 1, found.stdout + found.stderr);
    assert.match(found.stderr + found.stdout, /eks-endpoint-restricted/);
    assert.deepEqual(await leftovers(region), []);
  });

  it("is made from nothing, with what runs on it, and knows no token afterwards", async () => {
    await write({});
    await must("up", "dev", "--yes");
    assert.equal(await cluster.kubectl("-n", "shop", "get", "configmap", "web", "-o", "jsonpath={.data.key}"), "1");
    assert.deepEqual(await changes("preview", "dev", "--refresh"), []);
    assert.doesNotMatch(await stateText(), /k8s-aws-v1/);
    await must("drift", "dev");
    await must("status", "dev");
  });

  it("does not let in who has no access entry", async () => {
    const refused = await as(stranger, () => run(["drift", "dev"]));
    assert.notEqual(refused.exitCode, 0, refused.stdout);
    assert.match(refused.stderr + refused.stdout, /refuses the credentials/);
  });

  it("follows the document: a size, an add-on and one minor, and refuses two", async () => {
    await write({ version: "1.34", max: 5, addons: { coredns: { version: "v1.12.4-eksbuild.1" } } });
    const planned = await changes("preview", "dev");
    assert.ok(planned.includes("update Cluster.eks.aws version"), planned.join(", "));
    assert.ok(planned.includes("update NodeGroup.eks.aws scalingConfig.maxSize version"), planned.join(", "));
    assert.ok(planned.includes("update Addon.eks.aws addonVersion"), planned.join(", "));
    await must("up", "dev", "--yes");
    assert.deepEqual(await changes("preview", "dev"), []);
    await write({ version: "1.36", max: 5 });
    assert.deepEqual(await codes(["up", "dev", "--yes"]), ["EKS_UPGRADE_REFUSED"]);
    await write({ version: "1.33", max: 5 });
    assert.deepEqual(await codes(["up", "dev", "--yes"]), ["EKS_UPGRADE_REFUSED"]);
  });

  it("loses what takes something with it only when somebody has said so, to us or to plain Pulumi", async () => {
    const fields = { version: "1.34", max: 5 };
    await write({ ...fields, zones: 2 });
    const zone = await run(["preview", "dev"]);
    assert.equal(zone.exitCode, 1);
    assert.match(zone.stderr, /DELETIONS_EXCEEDED 10 objects of .*: Eip\.ec2\.aws eip\/nat-3 on eu, /);
    assert.match(
      zone.stderr,
      /DELETION_UNCONFIRMED Subnet\.ec2\.aws subnet\/private-3 on eu would be deleted, and whatever/,
    );

    await write({ ...fields, fargateProfiles: {} });
    assert.deepEqual(await codes(["up", "dev", "--yes"]), ["DELETION_UNCONFIRMED"]);
    const shell = (await must("doctor", "--shell")).stdout;
    // What `doctor` printed has the stand-in on its PATH already.
    const aws = Object.fromEntries(Object.entries(moto.env).filter(([name]) => name !== "PATH"));
    const plain = await pulumi({ project, cluster }, shell, ["up", "--yes", "--skip-preview"], aws);
    assert.match(plain, /DELETION_UNCONFIRMED FargateProfile\.eks\.aws fargate-profile\/batch on eu would be deleted/);
    const profile = "FargateProfile.eks.aws/fargate-profile/batch";
    const planned = await changes("preview", "dev", "--confirm", profile);
    assert.ok(planned.includes("delete FargateProfile.eks.aws"), planned.join(", "));
    await must("up", "dev", "--yes", "--confirm", profile);
    assert.deepEqual(await changes("preview", "dev"), []);
  });

  it("can be used by another environment by its name", async () => {
    await write({}, "other", { existing: "dev-eu", region });
    assert.deepEqual(await codes(["preview", "other"]), ["OWNED_BY_OTHER_APP"], "it sees whose the namespace is");
  });

  it("is refused everywhere once AWS does not have it, and made anew by a recovery in its own account only", async () => {
    await write({ version: "1.34", max: 5 });
    await loseCluster(region, "dev-eu");
    // The sessions that this process still has are of another address: a command begins with none.
    const otherProcess = { AWS_ENDPOINT_URL: `${moto.url}/` };
    await cluster.kubectl("delete", "namespace", "shop");
    for (const args of [
      ["drift", "dev"],
      ["status", "dev"],
      ["preview", "dev"],
      ["up", "dev", "--yes"],
    ]) {
      const { stdout, stderr } = await run(args, { env: otherProcess });
      assert.match(
        stdout + stderr,
        /EKS_CLUSTER_LOST The EKS cluster "dev-eu" in eu-central-1.* the cluster "eu", was there/,
      );
    }
    const elsewhere = await as(await moto.ofAccount("210987654321"), () => run(["recover", "dev", "--yes"]));
    assert.match(
      elsewhere.stderr,
      /EKS_CLUSTER_LOST The credentials are of the AWS account 210987654321, and .* 123456789012\./,
    );
    assert.ok(!(await leftovers(region)).includes("cluster dev-eu"));

    const recovered = await must("recover", "dev", "--yes");
    assert.match(recovered.stdout, /lost {2}eu: AWS does not have it any more \(7 objects\)/);
    assert.match(recovered.stdout, /another endpoint, certificate authority and issuer of OIDC/);
    assert.equal(await cluster.kubectl("-n", "shop", "get", "configmap", "web", "-o", "jsonpath={.data.key}"), "1");
    assert.deepEqual(await changes("preview", "dev"), []);
  });

  it("is deleted once nothing of it is protected, and leaves nothing at AWS", async () => {
    await write({ version: "1.34", max: 5 });
    assert.equal((await run(["destroy", "dev", "--yes", "--confirm", "Namespace/shop"])).exitCode, 1);
    assert.ok((await leftovers(region)).includes("cluster dev-eu"));
    await write({ version: "1.34", max: 5, protect: false });
    await must("up", "dev", "--yes");
    await must("destroy", "dev", "--yes", "--confirm", "Namespace/shop");
    assert.deepEqual(await leftovers(region), []);
  });

  /** Runs something with other variables. AWS's library reads those of this process, and the engine those of its command. */
  async function as<Result>(env: Readonly<Record<string, string>>, work: () => Promise<Result>): Promise<Result> {
    Object.assign(process.env, env);
    try {
      return await work();
    } finally {
      delete process.env["AWS_SESSION_TOKEN"];
      Object.assign(process.env, moto.env);
    }
  }

  async function stateText(): Promise<string> {
    const folder = join(project.folder, ".driftless");
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), "utf8"));
    return (await Promise.all(texts)).join("\n");
  }
});

/** What `--json` prints, as far as it is looked at here. */
const printed = z.object({
  findings: z.array(z.object({ code: z.string() })).default([]),
  changes: z
    .array(
      z.object({ action: z.string(), kind: z.string(), fields: z.array(z.object({ path: z.string() })).default([]) }),
    )
    .default([]),
});
