import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pythonWithMoto } from "./python.ts";
import { freePort } from "../../../toolchain/process/free-port.ts";

/** AWS as moto plays it, in memory, on this machine. */
export interface Moto {
  readonly url: string;
  /** Where an API server asks who a token of EKS is of. */
  readonly tokenReview: string;
  /** Variables with which everything speaks to it, as the identity `ci`, through the stand-in for the `aws` provider. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives clusters that are made from now on this API server; of those before, nothing changes. */
  useControlPlane(kubeconfig: string): Promise<void>;
  /** Variables with which a command has credentials of another account; numbers of accounts have twelve digits. */
  ofAccount(account: string): Promise<Readonly<Record<string, string>>>;
  remove(): Promise<void>;
}

/** Who may sign: the identity of the pipeline, and one that no cluster lets in. */
const identities = {
  AKIACI: { secret: "ci-secret", arn: "arn:aws:iam::123456789012:user/ci" },
  AKIASTRANGER: { secret: "stranger-secret", arn: "arn:aws:iam::123456789012:user/stranger" },
} as const;

/** Variables with which a command is somebody whom clusters do not let in. */
export const stranger = { AWS_ACCESS_KEY_ID: "AKIASTRANGER", AWS_SECRET_ACCESS_KEY: identities.AKIASTRANGER.secret };

/** Starts moto; fails on a machine without python3. */
export async function startMoto(): Promise<Moto> {
  const python = await pythonWithMoto();
  const folder = await mkdtemp(join(tmpdir(), "driftless-moto-"));
  await writeFile(join(folder, "identities.json"), JSON.stringify(identities));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python, ["-u", join(import.meta.dirname, "moto_server.py"), String(port)], {
    cwd: folder,
    // The policies of AWS that roles of clusters and nodes need.
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-4_000)));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const deadline = Date.now() + 60_000;
  while (!(await answers(`${url}/moto-api/`))) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`moto did not start: ${said}`);
    await sleep(100);
  }
  return {
    url,
    tokenReview: `${url}/token-review`,
    env: {
      PATH: [join(import.meta.dirname, "provider"), process.env["PATH"] ?? ""].join(delimiter),
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "AKIACI",
      AWS_SECRET_ACCESS_KEY: identities.AKIACI.secret,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    },
    useControlPlane: async (kubeconfig) => {
      const text = await readFile(kubeconfig, "utf8");
      const field = (name: string): string => new RegExp(`"?${name}"?: *"?([^"\\s,]+)`).exec(text)?.[1] ?? "";
      const controlPlane = { endpoint: field("server"), authority: field("certificate-authority-data") };
      await writeFile(join(folder, "control-plane.json"), JSON.stringify(controlPlane));
    },
    ofAccount: (account) => roleOf(url, account),
    remove: async () => {
      server.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Credentials of a role there: moto takes the account of whoever asks from them. */
async function roleOf(url: string, account: string): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIACI/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: `Action=AssumeRole&Version=2011-06-15&RoleSessionName=test&RoleArn=arn:aws:iam::${account}:role/other`,
  });
  const text = await answer.text();
  const field = (name: string): string => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? "";
  return {
    AWS_ACCESS_KEY_ID: field("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: field("SecretAccessKey"),
    AWS_SESSION_TOKEN: field("SessionToken"),
  };
}
