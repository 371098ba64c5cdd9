import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { fluxOwner } from './flux-owner.ts';
import { passed, stop, warn } from './guard.ts';
import { namespaceGuards } from './guards.ts';
import type { Guard } from './plan.ts';
import { helmState, type Release } from './releases.ts';
import { compareVersions } from './versions.ts';

/** Longer than any wait that helmfiles ask for: a pending release that is older was left by a client that died. */
export const LOCK_PATIENCE_MS = 10 * 60_000;

/** What speaks against syncing one release now. */
export function releaseGuards(release: Release, bench: Bench): readonly Guard[] {
  return [
    ...namespaceGuards(release.namespace, bench),
    ...lockGuards(release, bench),
    ...ownerGuards(release, bench),
    ...versionGuards(release, bench),
  ];
}

/** True when the helmfile would install an older chart than the one that is there: its data may not survive that. */
export function isDowngrade(release: Release, bench: Bench): boolean {
  const installed = installedVersion(release, bench);
  if (installed === null || release.version === null) return false;
  return (compareVersions(release.version, installed) ?? 0) < 0;
}

/** True when syncing installs another chart than the one that is there, or when nobody can tell. A first installation changes none. */
export function changesVersion(release: Release, bench: Bench): boolean {
  const installed = installedVersion(release, bench);
  return (
    installed !== null && (release.version === null || compareVersions(release.version, installed) !== 0)
  );
}

function lockGuards(release: Release, bench: Bench): readonly Guard[] {
  const { freshness } = bench.snapshot.streams['helm-releases'];
  if (freshness.state === 'failed') return [warn(say`Helm's state of ${release.name} cannot be read`)];
  const state = helmState(bench, release.name, release.namespace);
  if (state === null) return [passed(say`no Helm release ${release.name} yet`)];
  const busy = state.status.startsWith('pending-') || state.status === 'uninstalling';
  if (!busy) return [passed(say`no Helm lock on ${release.name} (revision ${state.revision})`)];
  const age = state.changedAt === null ? null : bench.snapshot.now - state.changedAt;
  const status = field(state.status);
  return age !== null && age > LOCK_PATIENCE_MS
    ? [
        stop(
          say`release ${release.name} is ${status} since ${minutes(age)} min, left by a client that died: clear its lock`,
        ),
      ]
    : [stop(say`release ${release.name} is ${status}: another operation may be running, wait for it`)];
}

function ownerGuards(release: Release, bench: Bench): readonly Guard[] {
  const owner = fluxOwner(bench, release.name, release.namespace);
  if (owner === null) return [];
  if (owner.suspended) return [passed(say`Flux also owns ${release.name}, but is suspended there`)];
  if (!owner.alive) return [passed(say`Flux also owns ${release.name}, but is down: it will not interfere`)];
  return [
    warn(
      say`Flux is alive and owns ${release.name} too: it is suspended there meanwhile, then it runs its own upgrade with Git's version`,
    ),
  ];
}

function versionGuards(release: Release, bench: Bench): readonly Guard[] {
  const installed = installedVersion(release, bench);
  if (installed === null) return [];
  if (release.version === null) return [warn(say`the wanted version is unknown; installed is ${installed}`)];
  const order = compareVersions(release.version, installed);
  if (order === null) return [warn(say`${release.version} and ${installed} cannot be compared`)];
  if (order === 0) return [passed(say`the same version as installed, ${installed}`)];
  return order < 0
    ? [warn(say`this is a downgrade: ${installed} is installed, the helmfile has ${release.version}`)]
    : [warn(say`this is an upgrade: ${installed} is installed, the helmfile has ${release.version}`)];
}

function installedVersion(release: Release, bench: Bench) {
  const found = bench.diagnosis.components.find(
    one => one.name === release.name && one.namespace === release.namespace,
  );
  return found?.installed ?? null;
}

function minutes(ms: number): number {
  return Math.floor(ms / 60_000);
}
