import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { stop, warn } from '../guard.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Guard } from '../plan.ts';
import { layerOf, type Release, releaseFor, releaseNamed, releaseNames } from '../releases.ts';
import { failedBy } from '../tried.ts';
import { compareVersions } from '../versions.ts';
import { provedAt, syncGuards } from './sync-release.ts';

/** Ways to make a release the owner of what others own, each for the failure that asks for it. */
interface TakeOver {
  readonly id: string;
  readonly title: Safe;
  readonly failure: string;
  readonly flags: readonly Safe[];
  readonly effect: (release: Release) => Safe;
  readonly since: { readonly helm: string; readonly why: Safe };
}

/** Objects that exist without Helm's marks are adopted. */
export const takeOwnership = takeOver({
  id: 'take-ownership',
  title: say`sync a release that takes ownership`,
  failure: 'S75',
  flags: [say`--take-ownership`],
  effect: release => say`objects that exist already become part of ${release.name}, whoever made them`,
  since: { helm: '3.17.0', why: say`only helm 3.17 and later can take ownership` },
});

/** Fields that others manage are overwritten. */
export const forceConflicts = takeOver({
  id: 'force-conflicts',
  title: say`sync a release that overrules other owners of fields`,
  failure: 'S77',
  flags: [say`--sync-args`, say`--force-conflicts`],
  effect: release => say`fields that other tools set are overwritten by ${release.name}`,
  since: { helm: '4.0.0', why: say`only helm 4 applies on the server's side and can overrule` },
});

function takeOver(way: TakeOver): Action {
  return {
    id: way.id,
    key: null,
    title: way.title,
    targets: releaseNames,
    treats: (fault, bench) => {
      const release = releaseFor(fault, bench);
      return release !== null && failedBy(bench, way.failure, release.name)
        ? [{ target: release.name, rank: 2 }]
        : [];
    },
    plan: (target, bench) => {
      const release = target === null ? null : releaseNamed(bench, target);
      return release === null ? null : plan(way, release, bench);
    },
  };
}

function plan(way: TakeOver, release: Release, bench: Bench) {
  const layer = layerOf(release) ?? 'service-discovery';
  return makePlan(bench, {
    action: way.id,
    target: release.name,
    title: say`Sync release ${release.name} with ${way.flags.at(-1) ?? say``}`,
    danger: 3,
    word: release.name,
    steps: withFluxAside([release], [syncStep(bench, release, 15 * 60_000, way.flags)], bench),
    effect: way.effect(release),
    takes: say`1-4 min`,
    expectedMs: 120_000,
    success: layerHealthy(bench, provedAt(release)),
    guards: [
      ...syncGuards([release], layer, bench),
      ...versionGuards(way, bench),
      warn(say`make sure that nothing else needs what it takes over: the failure names the objects`),
    ],
  });
}

function versionGuards({ since }: TakeOver, bench: Bench): readonly Guard[] {
  const version = bench.workshop.tools.helm?.version ?? null;
  return version !== null && (compareVersions(version, since.helm) ?? 0) < 0 ? [stop(since.why)] : [];
}
