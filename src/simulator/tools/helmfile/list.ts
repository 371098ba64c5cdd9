import { tabbed } from '../columns.ts';
import type { HelmfileCall } from './helmfile.ts';
import { labelsOf } from './state.ts';

/** `helmfile list`: from the file alone. "Installed" says what is wanted, not what is in the cluster. */
export async function list({ call, flags, chosen }: HelmfileCall): Promise<number> {
  const facts = chosen.map(release => ({
    name: release.name,
    namespace: release.namespace,
    enabled: release.enabled,
    installed: true,
    labels: Object.entries(labelsOf(release))
      .map(([key, value]) => `${key}:${value}`)
      .join(','),
    chart: release.chart,
    version: release.version,
  }));
  if (flags.value('output') === 'json') {
    call.out(`${JSON.stringify(facts)}\n`);
  } else {
    const head = ['NAME', 'NAMESPACE', 'ENABLED', 'INSTALLED', 'LABELS', 'CHART', 'VERSION'];
    call.out(tabbed([head, ...facts.map(one => Object.values(one).map(String))]));
  }
  return 0;
}
