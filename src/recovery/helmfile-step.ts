import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import type { Step } from './plan.ts';
import { type Release, releasesOf } from './releases.ts';

/**
 * `helmfile ... sync` for one release or, with null, for all. Always one file: a directory of them would run side by side.
 * `more`: further flags of `sync`.
 */
export function syncStep(
  bench: Bench,
  release: Release | null,
  deadlineMs: number,
  more: readonly Safe[] = [],
): Extract<Step, { kind: 'tool' }> {
  const { repository, tools } = bench.workshop;
  return {
    kind: 'tool',
    title: release === null ? say`sync all releases` : say`sync ${release.name}`,
    tool: 'helmfile',
    ...(tools.helmfile === undefined ? {} : { path: tools.helmfile.path }),
    args: [
      say`--file`,
      repository?.helmfile ?? say`bootstrap/helmfile.yaml`,
      say`--kube-context`,
      field(bench.diagnosis.cluster.context),
      ...(release === null ? [] : [say`--selector`, selectorOf(release, bench)]),
      say`sync`,
      say`--hide-notes`,
      ...more,
    ],
    cwd: repository?.root ?? '.',
    env: repository?.env ?? {},
    deadlineMs,
  };
}

/** Two releases may have one name, in different namespaces. */
function selectorOf({ name, namespace }: Release, bench: Bench): Safe {
  const namesakes = releasesOf(bench).filter(one => one.name === name);
  return namesakes.length > 1 ? say`name=${name},namespace=${namespace}` : say`name=${name}`;
}
