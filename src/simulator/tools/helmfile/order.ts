import { ToolFailure } from '../tool.ts';
import type { Release, State } from './state.ts';

/**
 * Groups of releases in the order of their `needs`; those of one group run side by side. Needs that were not selected
 * are taken as met. Throws in helmfile's words when a need is in no release or they form a circle.
 */
export function groupsOf(
  { shown, releases }: State,
  chosen: readonly Release[],
): readonly (readonly Release[])[] {
  for (const release of chosen) checkNeeds(release, releases, shown);
  const waiting = new Set(chosen);
  const groups: Release[][] = [];
  while (waiting.size > 0) {
    const group = [...waiting].filter(one =>
      one.needs.every(need => ![...waiting].some(other => isNamed(other, need, one))),
    );
    if (group.length === 0) throw new ToolFailure(`in ${shown}: cycle detected between releases in needs`);
    for (const one of group) waiting.delete(one);
    groups.push(group);
  }
  return groups;
}

function checkNeeds(release: Release, all: readonly Release[], shown: string): void {
  for (const need of release.needs) {
    if (all.some(other => isNamed(other, need, release))) continue;
    const id = `${release.namespace}/${release.name}`;
    throw new ToolFailure(
      `in ${shown}: release(s) "${id}" depend(s) on an undefined release "${need}". Perhaps you made a typo in "needs" or forgot defining a release named "${need.split('/').at(-1)}" with appropriate "namespace" and "kubeContext"?`,
    );
  }
}

/** `namespace/name`, or a bare name in the namespace of the one that needs it. */
function isNamed(release: Release, need: string, from: Release): boolean {
  const [namespace, name] = need.includes('/') ? need.split('/') : [from.namespace, need];
  return release.name === name && release.namespace === namespace;
}
