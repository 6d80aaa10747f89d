import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Io } from "../automation/io.ts";
import { interruptible, processIo } from "../automation/process-io.ts";
import { loadEnvironment } from "../core/environment/load.ts";
import { takeDown } from "./down.ts";
import { environment, places } from "./places.ts";
import { takeDownPromotion } from "./promotion/down.ts";
import { forgeChoices } from "./promotion/set-up.ts";
import { tellPromotion } from "./promotion/story.ts";
import { createStage, DemoStopped } from "./stage.ts";
import { tellStory } from "./story.ts";

const help = `Usage: npm run demo [-- promotion [--forge plain] | --down]

Brings the environment dev up in order on a local cluster from a pinned commit, moves the pin, shows how a deletion is
refused and allowed, and finds and heals drift of each kind.
promotion: a change goes from dev to production with pull requests on a real forge (a Gitea on this machine), approvals, a
bad release and a rollback. --forge plain goes without the forge: branches and no pull requests.
--down removes everything that the demo made.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    down: { type: "boolean", default: false },
    forge: { type: "string", default: "gitea" },
    help: { type: "boolean", default: false },
  },
});

const [walk, ...rest] = positionals;
const forge = forgeChoices.find((choice) => choice === values.forge);

if (values.help) {
  process.stdout.write(help);
} else if ((walk !== undefined && walk !== "promotion") || rest.length > 0 || forge === undefined) {
  process.stderr.write(help);
  process.exitCode = 1;
} else {
  process.exitCode = await interruptible(async (signal) => {
    const io = demoIo(processIo(signal));
    const stage = createStage(io, Date.now());
    try {
      if (walk === "promotion" && !values.down) {
        await tellPromotion(stage, io, forge);
        return 0;
      }
      if (values.down) await takeDownPromotion(stage);
      await requireDemoDocument();
      await (values.down ? takeDown(stage, io) : tellStory(stage, io));
      return 0;
    } catch (error) {
      if (!(error instanceof DemoStopped)) throw error;
      process.stderr.write(`\n${error.message}\n`);
      return error.exitCode;
    }
  });
}

/** The demo works on this repository's documents and keeps its state beside them, whatever backend its user has. */
function demoIo(io: Io): Io {
  const own = {
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
  return { ...io, cwd: places.project, env: { ...io.env, ...own } };
}

/** The demo moves a pin and throws state away: never that of an environment which somebody has made their own. */
async function requireDemoDocument(): Promise<void> {
  const { spec, file } = await loadEnvironment(places.project, environment);
  if (spec.source.local && resolve(places.project, spec.source.repo) === places.configRepo) return;
  throw new DemoStopped(`${file} no longer names the demo's config repository`, 1);
}
