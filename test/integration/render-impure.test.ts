import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { packageChart } from "../support/chart-server.ts";
import { failsWith, type GitRepo } from "../support/git-repo.ts";
import { memoryTree } from "../support/memory-tree.ts";
import { renderCase } from "../support/render-case.ts";

const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const secret = (value: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: {{ ${value} | quote }}\n`;

describe("a chart whose objects no commit decides", () => {
  const repos: GitRepo[] = [];
  afterEach(async () => {
    await Promise.all(repos.splice(0).map((repo) => repo.remove()));
  });

  it("is warned about with file and line, from the cache too", async () => {
    const { render } = await renderCase(
      {
        "app/Chart.yaml": chart,
        "app/templates/s.yaml": secret("randAlphaNum 12"),
        "app/templates/_l.tpl": '{{ lookup "v1" "Secret" "" "" }}',
      },
      repos,
    );
    const first = await render();
    assert.deepEqual(
      first.warnings.map(({ code, severity, place }) => [code, severity, place]),
      [
        ["CHART_IMPURE", "warning", { file: "app/templates/_l.tpl", line: 1 }],
        ["CHART_IMPURE", "warning", { file: "app/templates/s.yaml", line: 5 }],
      ],
    );
    assert.match(first.warnings[0]?.message ?? "", /^The chart calls lookup: no cluster is asked/);
    assert.deepEqual(await render(), { ...first, cached: true });
  });

  it("is not one where a value takes the place of what would be made up", async () => {
    const files = {
      "app/Chart.yaml": chart,
      "app/templates/s.yaml": secret(".Values.password | default (randAlphaNum 12)"),
    };
    const { render } = await renderCase(files, repos);
    assert.deepEqual((await render({ helm: { valuesObject: { password: "x" } } })).warnings, []);
    assert.equal((await render()).warnings.length, 1);
  });

  it("is found in an archive that the source holds", async () => {
    const { content } = await packageChart({
      "Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n",
      "templates/a.yaml": secret("now | unixEpoch"),
    });
    const { render } = await renderCase({ "app/x": "" }, repos);
    const files = {
      "app/Chart.yaml": `${chart}dependencies: [{name: lib, version: 1.x}]\n`,
      "app/charts/lib-1.0.0.tgz": content,
    };
    const { manifests, warnings } = await render({ tree: memoryTree(files) });
    assert.equal(manifests.length, 1);
    assert.deepEqual(
      warnings.map(({ place }) => place),
      [{ file: "app/charts/lib-1.0.0.tgz:lib/templates/a.yaml", line: 5 }],
    );

    const broken = { ...files, "app/charts/lib-1.0.0.tgz": content.subarray(0, 100) };
    const error = await failsWith("CHART_INVALID", render({ tree: memoryTree(broken) }));
    assert.equal(error.findings[0].place?.file, "app/charts/lib-1.0.0.tgz");
  });
});
