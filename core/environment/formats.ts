import type { ErrorCode } from "../errors/codes.ts";
import { quote, quoteName } from "../errors/quote.ts";

/** What is wrong with a text, and what to do about it. */
export interface Verdict {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

/** A kind of text: the pattern that editors check too, and words for a text that does not match it. */
export interface Format {
  readonly pattern: RegExp;
  /** What is meant, as in "expected …". */
  readonly expected: string;
  readonly judge: (value: string, environment: string) => Verdict;
}

function format(pattern: RegExp, expected: string, judge?: Format["judge"]): Format {
  const invalid = (value: string): Verdict => ({
    code: "CONFIG_INVALID",
    message: `Expected ${expected}, found ${quote(value)}.`,
    fix: `Write ${expected}.`,
  });
  return { pattern, expected, judge: judge ?? invalid };
}

const resourceNamePattern = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,251}[A-Za-z0-9])?$/;
const quantityPattern = /^([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$/;

/** Every kind of text that a document holds. */
export const formats = {
  name: format(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a DNS label (RFC 1123)", judgeName),
  revision: format(/^[0-9a-f]{40}$/, "a full commit id of 40 lower-case hex digits", judgeRevision),
  duration: format(/^(?=.)([0-9]{1,3}h)?([0-9]{1,4}m)?([0-9]{1,5}s)?$/, 'a duration such as "90s", "5m" or "1h30m"'),
  nameOrAll: format(/^(\*|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/, 'a name, or "*" for all'),
  subject: format(/^(group|user):[^\s\u0000-\u001f]{1,253}$/, '"group:<name>" or "user:<name>"'),
  boundSubject: format(
    /^((group|user):[^\s\u0000-\u001f]{1,253}|serviceaccount:[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253})$/,
    '"group:<name>", "user:<name>" or "serviceaccount:<namespace>/<name>"',
  ),
  address: format(
    /^[^\s@<>"',;\u0000-\u001f]{1,64}@[^\s@<>"',;\u0000-\u001f]{1,253}$/,
    "the address of a person, as commits have it",
  ),
  signingKey: format(
    /^((ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{16,8192}={0,2}|gpg:[0-9A-Fa-f]{40})$/,
    'an SSH public key without a comment, "ssh-ed25519 AAAA…", or an OpenPGP fingerprint, "gpg:" and 40 hex digits',
  ),
  addresses: format(/^[0-9a-fA-F.:]{2,45}\/[0-9]{1,3}$/, 'a block of addresses such as "203.0.113.0/24"'),
  ports: format(
    /^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?(\/(TCP|UDP|SCTP))?$/,
    'a port, or ports from one to another, such as "443", "53/UDP" or "8000-8100/TCP"',
  ),
  kind: format(/^[A-Z][A-Za-z0-9]{0,62}(\.[a-z0-9][a-z0-9.-]{0,252})?$/, '"Kind" (core group) or "Kind.group"'),
  kindPattern: format(
    /^[A-Z*][A-Za-z0-9*]{0,62}(\.[a-z0-9*][a-z0-9.*-]{0,252})?$/,
    '"Kind" (core group) or "Kind.group", in which "*" may stand for any text',
  ),
  percentage: format(/^(100|[1-9]?[0-9])%$/, 'a percentage such as "10%"'),
  pointer: format(/^(\/([^/~]|~[01])+)+$/, 'a JSON pointer such as "/spec/replicas"'),
  resourceName: format(resourceNamePattern, 'a resource name such as "requests.cpu" or "pods"'),
  quantity: format(quantityPattern, 'a Kubernetes quantity such as "500m", "20" or "64Gi"'),
  kubeVersion: format(
    /^1\.(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,3}))?([-+][0-9A-Za-z.+-]{1,64})?$/,
    'a Kubernetes version such as "1.33" or "1.33.4"',
  ),
  servedVersion: format(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?(\/[A-Z][A-Za-z0-9]{0,62})?$/,
    'an API version such as "monitoring.coreos.com/v1" or "monitoring.coreos.com/v1/ServiceMonitor"',
  ),
  namePart: format(/^[a-z0-9.-]{1,63}$/, "lower-case letters, digits, dots and dashes"),
  chartRepository: format(
    /^(oci|https):\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(\/[A-Za-z0-9_~.-]+)*\/?$/,
    'a chart repository such as "oci://registry.example.com/charts" or "https://charts.example.com"',
  ),
  chartName: format(/^(?!\.)[a-z0-9][a-z0-9._-]{0,252}$/i, "the name of a chart"),
  chartVersion: format(
    /^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]{1,64})?(\+[0-9A-Za-z.-]{1,64})?$/,
    'an exact version such as "1.2.3"',
  ),
  host: format(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$/,
    'a host in lower case, such as "git.example.com" or "git.example.com:3000"',
  ),
  forgeUrl: format(
    /^https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[A-Za-z0-9_~.-]+)*\/?$/,
    'an https address without credentials, such as "https://git.example.com"',
  ),
  digest: format(/^sha256:[0-9a-f]{64}$/, '"sha256:" and 64 lower-case hex digits'),
  versionRange: format(
    /^(?=.{1,200}$)(\*|[v^~<>=0-9xX][0-9A-Za-z.*^~<>=| +-]*)$/,
    'a range of versions such as ">=1.2 <2", in quotes',
  ),
  imageTag: format(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    "a tag of letters, digits, dots, dashes and underscores, at most 128",
  ),
  imageName: format(
    /^(?=.{1,255}$)([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'the name of an image without tag and digest, such as "registry.example.com/shop/web"',
  ),
  registryHost: format(
    /^(\[::1\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(:[0-9]{1,5})?$/,
    'the host of a registry, such as "registry.example.com" or "registry.example.com:5000"',
  ),
  labelValue: format(
    /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    "a label value of letters, digits, dashes, dots and underscores, at most 63",
  ),
  field: format(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, "a name of letters, digits, dashes and underscores, a letter first"),
  parameter: format(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, "a name of letters, digits and underscores, a letter first"),
  package: format(/^(?=.{1,214}$)(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/, "the name of an npm package"),
  rule: format(/^[A-Za-z0-9][\w.-]{0,199}$/, 'the name of a rule such as "image-tag-required"'),
  ruleOrControl: format(
    /^[A-Za-z0-9][\w.-]{0,199}(\/[A-Za-z0-9][\w.-]{0,199})?$/,
    'a rule, or a part of one, such as "image-tag-required" or "pod-security/host-namespaces"',
  ),
  objectPattern: format(
    /^(?=.{1,1000}$)(?=.*[^*/])([^\s/]+|(application|tenant)\/[^\s/]+|[^\s/]+(\/[^\s/]+){3}|[^\s*]*\*\S*)$/,
    'the name of an object such as "main/shop/Deployment.apps/web", in which "*" may stand for any text',
  ),
  day: format(/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/, 'a day such as "2027-03-31"'),
  labelValueOrNone: format(
    /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/,
    "a label value of letters, digits, dashes, dots and underscores, at most 63, or nothing",
  ),
  labelKey: format(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    'a label key such as "team" or "example.com/team"',
  ),
  awsRegion: format(/^[a-z]{2,4}(-[a-z]+)+-[1-9][0-9]?$/, 'a region of AWS such as "eu-central-1"'),
  eksVersion: format(/^1\.[1-9][0-9]{0,2}$/, 'a Kubernetes version such as "1.34", in quotes'),
  eksName: format(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
    "a name of an EKS cluster: letters, digits, dashes and underscores, at most 100",
  ),
  cidr: format(/^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/, 'a block of IPv4 addresses such as "10.0.0.0/16"'),
  vpcId: format(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC such as "vpc-0a1b2c3d4e5f60718"'),
  subnetId: format(/^subnet-[0-9a-f]{8,17}$/, 'the id of a subnet such as "subnet-0a1b2c3d4e5f60718"'),
  instanceType: format(/^[a-z][a-z0-9-]{0,30}\.[a-z0-9-]{1,20}$/, 'a type of instances such as "m7g.large"'),
  kmsKey: format(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]{1,64}$/,
    'the ARN of a KMS key: "arn:aws:kms:<region>:<account>:key/<id>"',
  ),
  principal: format(
    /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[\w+=,.@\/-]{1,512}$/,
    'the ARN of an IAM role or user: "arn:aws:iam::<account>:role/<name>"',
  ),
  role: format(
    /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@\/-]{1,512}$/,
    'the ARN of an IAM role: "arn:aws:iam::<account>:role/<name>"',
  ),
  iamPolicy: format(
    /^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy\/[\w+=,.@\/-]{1,512}$/,
    'the ARN of an IAM policy: "arn:aws:iam::<account or aws>:policy/<name>"',
  ),
  addonVersion: format(
    /^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]{1,64})?$/,
    'the version of an add-on such as "v1.20.4-eksbuild.2"',
  ),
  configKey: format(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,99})?$/,
    'a key of the stack\'s configuration such as "kubeconfig"',
  ),
  stack: format(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,2}$/,
    'a stack: "stack", "project/stack" or "organization/project/stack"',
  ),
  outputName: format(/^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/, 'the name of an output such as "kubeconfig"'),
  variable: format(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
} as const satisfies Record<string, Format>;

const byPattern: ReadonlyMap<string, Format> = new Map(
  Object.values<Format>(formats).map((each) => [each.pattern.toString(), each]),
);

/** The format that a pattern belongs to, as zod reports it. */
export function formatOf(pattern: string | undefined): Format | undefined {
  return pattern === undefined ? undefined : byPattern.get(pattern);
}

/** True if a text is a DNS label, as names of environments, clusters, tenants, applications and namespaces are. */
export function isName(value: string): boolean {
  return formats.name.pattern.test(value);
}

function judgeName(value: string): Verdict {
  const fault =
    value === ""
      ? "The name is empty."
      : value.length > 63
        ? `The name has ${value.length} characters; it may have 63.`
        : `${quoteName(value)} is not a DNS label.`;
  const fix = "Use lower-case letters a-z, digits and dashes, at most 63, with a letter or digit first and last.";
  return { code: "NAME_INVALID", message: fault, fix };
}

function judgeRevision(value: string, environment: string): Verdict {
  const found =
    value === ""
      ? "No revision is set"
      : /^[0-9a-fA-F]{40}$/.test(value)
        ? `${quote(value)} has upper-case digits`
        : /^[0-9a-fA-F]{4,}$/.test(value)
          ? `${quote(value)} is ${value.length < 40 ? "a short" : "no"} commit id`
          : `${quote(value)} is a branch, a tag or no revision at all`;
  return {
    code: "REVISION_INVALID",
    message: `${found}; only a full commit id of 40 lower-case hex digits is read, so that nothing can move it.`,
    fix: `Run \`driftless pin ${environment}\`: it resolves \`source.branch\` to a full id and writes that here.`,
  };
}
