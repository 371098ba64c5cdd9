import type { Safe } from '../text/safe.ts';
import { say } from '../text/safe.ts';
import type { ComponentFinding } from './component.ts';
import { compareVersions } from './components-versions.ts';
import type { ComponentWorkload } from './components-workloads.ts';

/** The three versions of a component; null when not known. */
export interface Versions {
  readonly wanted: Safe | null;
  readonly installed: Safe | null;
  readonly running: Safe | null;
}

/**
 * Where wanted, installed and running disagree. A sync installs what is wanted, so an older wish is a downgrade waiting
 * to happen; what runs can be compared only where chart and program share their version.
 */
export function driftFindings(
  { wanted, installed, running }: Versions,
  chartIsProgram: boolean,
  workloads: readonly ComponentWorkload[],
): readonly ComponentFinding[] {
  const found: ComponentFinding[] = [];
  const add = (message: Safe) => found.push({ problem: 'drift', message });
  const present = installed ?? (chartIsProgram ? running : null);
  if (wanted !== null && present !== null) {
    const order = compareVersions(wanted, present);
    if (order !== null && order < 0) add(say`a sync would downgrade: wanted ${wanted}, installed ${present}`);
    else if (order === null ? wanted !== present : order > 0)
      add(say`wanted ${wanted}, installed ${present}`);
  }
  if (chartIsProgram && installed !== null && running !== null && compareVersions(installed, running) !== 0) {
    add(say`installed ${installed}, running ${running}: a rollout that did not finish, or a change by hand`);
  }
  for (const { kind, name, versions, report } of workloads) {
    const [first, second] = versions;
    if (first === undefined || second === undefined) continue;
    const problem = report.verdict === 'progressing' ? 'rolling-out' : 'rollout-stuck';
    found.push({ problem, message: say`${label(kind)} ${name} runs ${first} and ${second} at once` });
  }
  return found;
}

function label(kind: ComponentWorkload['kind']): Safe {
  return kind === 'DaemonSet' ? say`DaemonSet` : say`Deployment`;
}
