import type { Root } from '../diagnosis/diagnosis.ts';
import { layerIds } from '../layers/layer.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { canHeal } from './can-heal.ts';
import { fluxOwner } from './flux-owner.ts';
import type { HealLook } from './heal.ts';
import { attemptsRail } from './heal-attempts.ts';
import type { Remedy } from './plan.ts';
import { changesVersion, LOCK_PATIENCE_MS } from './release-guards.ts';
import { helmState, type Release, releaseFor, releasesOf } from './releases.ts';

/** Why nothing is done by itself now, by the rail that says so. */
export interface HealObjection {
  readonly rail:
    | 'paused'
    | 'window'
    | 'scope'
    | 'passes'
    | 'confidence'
    | 'api'
    | 'fresh'
    | 'below'
    | 'fingerprint'
    | 'terminating'
    | 'helm'
    | 'owner'
    | 'version'
    | 'attempts'
    | 'lock'
    | 'guards';
  readonly kind: 'wait' | 'human';
  readonly why: Safe;
}

export interface HealCase {
  readonly look: HealLook;
  readonly root: Root;
  readonly id: Safe;
  readonly remedy: Remedy | null;
}

type Rail = (of: HealCase) => HealObjection | null;

/** Everything that speaks against it, the weightiest first. */
export function objections(of: HealCase): readonly HealObjection[] {
  return rails.flatMap(rail => rail(of) ?? []);
}

const wait = (rail: HealObjection['rail'], why: Safe): HealObjection => ({ rail, kind: 'wait', why });
const human = (rail: HealObjection['rail'], why: Safe): HealObjection => ({ rail, kind: 'human', why });

const MOST_DANGER = 2;
const PASSES = 3;

const pausedRail: Rail = ({ look }) => {
  if (look.paused !== null) return human('paused', look.paused);
  const mark =
    look.bench.snapshot.streams.namespaces.items.get('kube-system')?.metadata.annotations?.[healMark];
  return mark === undefined
    ? null
    : human(
        'paused',
        say`the namespace kube-system is marked ${field(healMark)}=${mark}: somebody works on the cluster`,
      );
};

/** On the namespace kube-system it keeps every groundup from healing this cluster, whatever its value. */
export const healMark = 'groundup.dev/no-heal';

const windowRail: Rail = ({ look: { rules, local } }) =>
  rules.notBetween.some(window => isInside(window, local))
    ? wait('window', say`this is a maintenance window: nothing is repaired by itself`)
    : null;

/** `to` before `from` reaches into the next day; the days are those on which it begins. */
function isInside(
  { from, to, days }: HealLook['rules']['notBetween'][number],
  { minutes, day }: HealLook['local'],
): boolean {
  const on = (which: number): boolean => days.length === 0 || days.includes(which);
  if (from <= to) return on(day) && minutes >= from && minutes < to;
  return (on(day) && minutes >= from) || (on((day + 6) % 7) && minutes < to);
}

const scopeRail: Rail = ({ look, remedy }) => {
  if (remedy === null) return human('scope', say`no remedy is known for it`);
  if (remedy.plan.steps.length === 0) return human('scope', say`this must be done by hand: ${remedy.title}`);
  if (!look.rules.actions.includes(remedy.action))
    return human('scope', say`${remedy.title}: ${field(remedy.action)} is not opted in`);
  const isCustom = (look.bench.custom ?? []).some(action => action.id === remedy.action);
  if (!isCustom && !canHeal(remedy.action))
    return human('scope', say`${field(remedy.action)} never runs by itself`);
  return remedy.danger > MOST_DANGER
    ? human('scope', say`${remedy.title} has danger ${remedy.danger}: that is for people to decide`)
    : null;
};

const passesRail: Rail = ({ look: { passes } }) =>
  passes < PASSES ? wait('passes', say`seen ${passes} times of ${PASSES}`) : null;

const confidenceRail: Rail = ({ root }) =>
  root.confidence === 'high'
    ? null
    : human('confidence', say`the cause is known with ${root.confidence as Safe} confidence only`);

const apiRail: Rail = ({ look: { bench } }) => {
  const api = bench.diagnosis.layers.find(one => one.id === 'api');
  return api?.verdict === 'healthy' && !api.stale && bench.snapshot.api.reach === 'reached'
    ? null
    : wait('api', say`the API server is not healthy`);
};

const freshRail: Rail = ({ look: { bench }, root }) =>
  bench.diagnosis.layers.find(one => one.id === root.layer)?.stale === false
    ? null
    : wait('fresh', say`what is known of the layer is old`);

/** Only on firm ground: every layer below must be sound, or have nothing to say for want of events. */
const belowRail: Rail = ({ look: { bench }, root }) => {
  const lower = bench.diagnosis.layers.slice(0, layerIds.indexOf(root.layer));
  const shaky = lower.find(({ verdict, reason, stale, blockedBy }) => {
    if (verdict === 'healthy') return stale;
    if (verdict === 'unknown') return reason !== 'no-evidence' && reason !== 'not-observable';
    return !(verdict === 'blocked' && blockedBy === root.layer);
  });
  return shaky === undefined
    ? null
    : wait('below', say`${shaky.title} stands below and is ${shaky.verdict as Safe}`);
};

const fingerprintRail: Rail = ({ look: { bench, uid } }) => {
  const seen = bench.diagnosis.cluster.uid;
  if (seen === null || uid === null)
    return wait('fingerprint', say`the identity of the cluster is not known`);
  return seen === uid
    ? null
    : human('fingerprint', say`this is another cluster than the one healing was switched on for`);
};

const terminatingRail: Rail = ({ look: { bench }, root, remedy }) => {
  const involved = new Set<string>([
    ...(root.object === null ? [] : [root.object.namespace ?? root.object.name]),
    ...(remedy?.plan.needs ?? []).flatMap(({ namespace }) => namespace ?? []),
  ]);
  const ending = [...bench.snapshot.streams.namespaces.items.values()].find(
    ({ metadata, status }) =>
      involved.has(metadata.name) &&
      (metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating'),
  );
  return ending === undefined
    ? null
    : human('terminating', say`the namespace ${ending.metadata.name} is being deleted`);
};

/** Somebody installs something at this moment, whatever it is. */
const helmRail: Rail = ({ look: { bench }, remedy }) => {
  const { freshness, items } = bench.snapshot.streams['helm-releases'];
  const usesHelm = remedy?.plan.steps.some(step => step.kind === 'tool' && step.tool === 'helmfile') === true;
  if (freshness.state !== 'live')
    return usesHelm ? human('helm', say`whether a Helm operation runs cannot be seen`) : null;
  for (const { metadata } of items.values()) {
    const { name, status = '' } = metadata.labels ?? {};
    if (name === undefined || (!status.startsWith('pending-') && status !== 'uninstalling')) continue;
    const state = helmState(bench, name, metadata.namespace ?? '');
    const isBusy = state?.status.startsWith('pending-') === true || state?.status === 'uninstalling';
    const age = state?.changedAt == null ? 0 : bench.snapshot.now - state.changedAt;
    if (isBusy && age <= LOCK_PATIENCE_MS) return wait('helm', say`a Helm operation on ${name} is under way`);
  }
  return null;
};

/** Suspended by hand: somebody is at work on it, and has not finished. */
const ownerRail: Rail = ({ look: { bench }, root }) => {
  const release = releaseFor(
    { layer: root.layer, problem: root.problem, object: root.object, nodes: null },
    bench,
  );
  const owner = release === null ? null : fluxOwner(bench, release.name, release.namespace);
  return owner?.suspended === true
    ? human('owner', say`its HelmRelease ${owner.object.name} is suspended: somebody works on it`)
    : null;
};

const versionRail: Rail = ({ look: { bench }, remedy }) => {
  if (remedy === null) return null;
  const named: readonly Release[] =
    remedy.action === 'sync-release'
      ? releasesOf(bench).filter(release => release.name === remedy.target)
      : remedy.action === 'install-flux'
        ? releasesOf(bench).filter(release => /flux-(operator|instance)/.test(release.chart))
        : [];
  const changed = named.find(release => changesVersion(release, bench));
  return changed === undefined
    ? null
    : human('version', say`it would change the version of ${changed.name}, or nobody knows whether`);
};

const lockRail: Rail = ({ look }) => {
  if (look.isRunning) return wait('lock', say`an action is running`);
  return look.holder === null ? null : wait('lock', look.holder);
};

const guardsRail: Rail = ({ remedy }) => {
  const blocking = remedy?.plan.guards.find(guard => guard.state === 'blocking');
  if (blocking === undefined) return null;
  return blocking.about === 'ground' ? wait('guards', blocking.text) : human('guards', blocking.text);
};

const rails: readonly Rail[] = [
  pausedRail,
  windowRail,
  apiRail,
  fingerprintRail,
  freshRail,
  belowRail,
  lockRail,
  attemptsRail,
  scopeRail,
  confidenceRail,
  terminatingRail,
  helmRail,
  ownerRail,
  versionRail,
  guardsRail,
  passesRail,
];
