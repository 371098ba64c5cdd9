import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createWaiting, speedOf } from '../waiting.ts';
import type { HelmfileCall } from './helmfile.ts';
import type { Release } from './state.ts';

const REPOSITORY_MS = 700;
const PULL_MS = 1_200;

/** Adds the chart repositories and pulls what is kept in registries, for all chosen releases, before anything is done. */
export async function prepareCharts({ call, flags, state, chosen }: HelmfileCall): Promise<void> {
  const waiting = createWaiting(speedOf(call.env));
  if (!flags.has('skip-deps')) {
    for (const { name, url } of state.repositories) {
      call.err(`Adding repo ${name} ${url}\n`);
      await waiting.pause(REPOSITORY_MS);
      call.err(`"${name}" has been added to your repositories\n\n`);
    }
  }
  for (const { chart, version } of chosen) {
    if (!isPulled(chart)) continue;
    call.err(`Pulling ${chart.replace('oci://', '')}:${version}\n`);
    await waiting.pause(PULL_MS);
  }
}

/** The chart as the log and helm's arguments name it. */
export function chartPath(release: Release): string {
  const { chart, namespace, name, version } = release;
  if (!isPulled(chart)) return chart;
  return join(tmpdir(), 'helmfile', namespace, name, basename(chart), version, basename(chart));
}

function isPulled(chart: string): boolean {
  return chart.startsWith('oci://');
}
