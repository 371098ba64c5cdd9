import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import type { Step } from './plan.ts';

/** `helmfile ... sync` for one release or for all; null without a helmfile. Always one file: a directory of them would run side by side. */
export function syncStep(
  bench: Bench,
  release: Safe | null,
  deadlineMs: number,
): Extract<Step, { kind: 'tool' }> {
  const { repository, tools } = bench.workshop;
  const selector = release === null ? [] : [say`--selector`, say`name=${release}`];
  return {
    kind: 'tool',
    title: release === null ? say`sync all releases` : say`sync ${release}`,
    tool: 'helmfile',
    ...(tools.helmfile === undefined ? {} : { path: tools.helmfile.path }),
    args: [
      say`--file`,
      repository?.helmfile ?? say`bootstrap/helmfile.yaml`,
      say`--kube-context`,
      field(bench.diagnosis.cluster.context),
      ...selector,
      say`sync`,
      say`--hide-notes`,
    ],
    cwd: repository?.root ?? '.',
    env: repository?.env ?? {},
    deadlineMs,
  };
}
