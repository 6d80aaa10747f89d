import { join } from "node:path";
import { realpath } from "node:fs/promises";
import { failure } from "../../core/errors/error.ts";
import { plainJson } from "../../core/manifest/json.ts";
import { compareText } from "../../core/plan/order.ts";
import { readPresetFiles } from "../../core/policy/presets.ts";
import type { PolicyResource } from "../../core/policy/resources.ts";
import { runType, runUrn } from "../../core/policy/run.ts";
import { packEntry, unavailable } from "./entry.ts";
import { SecretMask } from "./mask.ts";
import { PackProcess } from "./process.ts";
import type { Answer, AskedRule, CheckRequest, Description, Reported } from "./protocol.ts";
import { explainFailure, refusedSettings, type Shown } from "./reason.ts";
import { reconcile } from "./reconcile.ts";
import type {
  PackInfo,
  PackLimits,
  PackOptions,
  PackPlace,
  PackRule,
  Packs,
  PackViolation,
  Question,
  Remediation,
  RuleSettings,
  Verdict,
} from "./types.ts";

const defaults: PackLimits = {
  startMs: 60_000,
  ruleMs: 30_000,
  checkMs: 180_000,
  heapMegabytes: 2_048,
  answerBytes: 128 << 20,
};

/**
 * Starts packs and learns their rules; each is a process of its own, without any environment.
 * @throws POLICY_UNAVAILABLE for one that cannot be started, or that has another version than it must.
 */
export async function openPacks(places: readonly PackPlace[], options: PackOptions): Promise<Packs> {
  const opened = await Promise.allSettled(places.map((place) => OpenPack.start(place, options)));
  const packs = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const close = (): void => packs.forEach((pack) => pack.close());
  const failed = opened.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    close();
    throw failed.reason;
  }
  return {
    packs: packs.map(({ info }) => info),
    rules: () => packs.flatMap(({ info }) => info.rules),
    check: (question, settings) => checkAll(packs, question, settings),
    close,
  };
}

async function checkAll(
  packs: readonly OpenPack[],
  question: Question,
  settings: readonly RuleSettings[],
): Promise<Verdict> {
  const { run } = question;
  const asked = question.resources ?? [];
  const mask = new SecretMask(asked);
  // As the engine does: first every pack changes what it may, then all of them judge the outcome.
  const remediations: Remediation[] = [];
  let resources = asked;
  for (const [at, pack] of packs.entries()) {
    const changed = await pack.remediate(resources, settings[at] ?? {}, mask);
    resources = changed.resources;
    remediations.push(...changed.remediations);
  }
  const shown = [...resources, ...(run === undefined ? [] : [runResource(run)])];
  const judged = await Promise.all(
    packs.map((pack, at) => {
      const stack = question.resources === undefined ? undefined : resources;
      return pack.judge(shown, stack, settings[at] ?? {}, mask);
    }),
  );
  const order = new Map(shown.map(({ urn }, at) => [urn, at]));
  const rank = ({ urn }: PackViolation): number => order.get(urn) ?? shown.length;
  const violations = judged
    .flat()
    .sort((left, right) => rank(left) - rank(right) || compareText(left.rule, right.rule));
  return { violations, remediations, resources };
}

function runResource(props: object): PolicyResource {
  const name = "run";
  return {
    type: runType,
    name,
    urn: runUrn(name),
    props: plainJson(props),
  };
}

/** A pack that has told its rules. */
class OpenPack {
  readonly info: PackInfo;
  readonly #process: PackProcess;
  readonly #description: Description;
  readonly #options: PackOptions;

  private constructor(info: PackInfo, process: PackProcess, description: Description, options: PackOptions) {
    this.info = info;
    this.#process = process;
    this.#description = description;
    this.#options = options;
  }

  static async start(place: PackPlace, options: PackOptions): Promise<OpenPack> {
    const { project, cache, signal, limits } = options;
    const { title, version } = place;
    const entry = await packEntry(place.folder, title);
    const folder = await realpath(place.folder);
    const process = new PackProcess(folder, { ...defaults, ...limits }, signal);
    try {
      const answer = await process.open({ entry: entry.url, compileCache: join(cache, "policy-code") });
      if (!("opened" in answer)) throw unavailable(title, "gave an answer that cannot be read");
      const { opened } = answer;
      if (version !== undefined && version !== opened.version) {
        throw unavailable(title, `has the version ${opened.version}, and the environment asks for ${version}`);
      }
      const info = {
        title,
        folder,
        ...describe(opened),
        plain: entry.plain,
        presets: await readPresetFiles(folder, title),
      };
      return new OpenPack(info, process, opened, options);
    } catch (error) {
      process.close();
      throw explainFailure(error, { title, folder, project, rules: [], mask: (text) => text });
    }
  }

  close(): void {
    this.#process.close();
  }

  /** What rules of level `remediate` make of the resources. */
  async remediate(
    resources: readonly PolicyResource[],
    settings: RuleSettings,
    mask: SecretMask,
  ): Promise<Pick<Verdict, "resources" | "remediations">> {
    const rules = this.#asked(settings, ({ level, rule }) => level === "remediate" && rule.remediates);
    if (rules.length === 0 || resources.length === 0) return { resources, remediations: [] };
    const { changed } = await this.#ask({ work: "remediate", rules, resources }, mask);
    const byPosition = new Map(changed.map((change) => [change.resource, change]));
    return {
      resources: resources.map((resource, at) => ({ ...resource, props: byPosition.get(at)?.props ?? resource.props })),
      remediations: changed.map(({ rule, resource }) => ({
        pack: this.info.name,
        rule: this.#description.rules[rule]?.name ?? "",
        resource: resources[resource]?.name ?? "",
        urn: resources[resource]?.urn ?? "",
      })),
    };
  }

  /** What its rules say against resources, and against a stack if there is one. */
  async judge(
    resources: readonly PolicyResource[],
    stack: readonly PolicyResource[] | undefined,
    settings: RuleSettings,
    mask: SecretMask,
  ): Promise<readonly PackViolation[]> {
    const single = this.#asked(settings, ({ level, rule }) => level !== "disabled" && rule.about.includes("resource"));
    const whole = this.#asked(settings, ({ level, rule }) => level !== "disabled" && rule.about.includes("stack"));
    const found: Reported[] = [];
    if (single.length > 0)
      found.push(...(await this.#ask({ work: "resources", rules: single, resources }, mask)).violations);
    if (stack !== undefined && whole.length > 0) {
      found.push(...(await this.#ask({ work: "stack", rules: whole, resources: stack }, mask)).violations);
    }
    const known = new Map(resources.map((resource) => [resource.urn, resource]));
    const levels = reconcile(this.#description, this.info.rules, settings);
    return found.flatMap((reported) => {
      const rule = this.info.rules[reported.rule];
      const level = reported.level ?? (rule === undefined ? undefined : levels.get(rule.name)?.level) ?? "mandatory";
      if (rule === undefined || level === "disabled") return [];
      const resource = known.get(reported.urn);
      const { severity = rule.severity } = reported;
      const { remediation, url } = rule;
      return [
        {
          pack: this.info.name,
          rule: rule.name,
          level: level === "advisory" ? ("advisory" as const) : ("mandatory" as const),
          ...(severity === undefined ? {} : { severity }),
          message: mask.hide(reported.message, resource?.props).replaceAll(/\s*\n\s*/g, " "),
          resource: resource?.name ?? "",
          urn: reported.urn,
          ...(remediation === undefined ? {} : { remediation }),
          ...(url === undefined ? {} : { url }),
        },
      ];
    });
  }

  /** Rules by position, each with what it is set to. */
  #asked(
    settings: RuleSettings,
    wanted: (item: { readonly level: PackRule["level"]; readonly rule: PackRule }) => boolean,
  ): readonly AskedRule[] {
    const final = reconcile(this.#description, this.info.rules, settings);
    return this.info.rules.flatMap((rule, index) => {
      const { level = rule.level, settings: own = {} } = final.get(rule.name) ?? {};
      return wanted({ level, rule }) ? [{ index, settings: own }] : [];
    });
  }

  async #ask(request: CheckRequest, mask: SecretMask): Promise<Extract<Answer, { done: unknown }>["done"]> {
    const { title } = this.info;
    try {
      const answer = await this.#process.check(request);
      if (!("done" in answer)) throw unavailable(title, "gave an answer that cannot be read");
      return answer.done;
    } catch (error) {
      const refused = refusedSettings(error);
      if (refused !== undefined) {
        const message = `The policy pack refuses its settings: ${refused.problem.replace(/\.$/, "")}.`;
        throw failure("CONFIG_INVALID", message, "Mend the settings, or remove them.", { cause: error });
      }
      const rules = this.info.rules.map(({ name }) => name);
      const shown: Shown = {
        title,
        folder: this.info.folder,
        project: this.#options.project,
        rules,
        mask: (text) => mask.hide(text),
      };
      throw explainFailure(error, shown);
    }
  }
}

function describe({
  name,
  version,
  level,
  initial,
  rules,
}: Description): Omit<PackInfo, "title" | "folder" | "presets" | "plain"> {
  return {
    ...{ name, version, initial },
    rules: rules.map((rule): PackRule => {
      const { severity, remediation, url, properties, scope, links } = rule;
      return {
        ...{ pack: name, packVersion: version, name: rule.name, description: rule.description },
        level: rule.level ?? level,
        ...(severity === undefined ? {} : { severity }),
        ...(remediation === undefined ? {} : { remediation }),
        ...(url === undefined ? {} : { url }),
        ...(properties === undefined ? {} : { settings: properties }),
        ...(scope === undefined ? {} : { scope }),
        links: links ?? (url === undefined ? [] : [url]),
        required: rule.required,
        about: [...(rule.resource ? ["resource" as const] : []), ...(rule.stack ? ["stack" as const] : [])],
        remediates: rule.remediates,
      };
    }),
  };
}
