import type { HelmRelease, Kustomization } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type App, type AppKind, keyOf, type Need, type Standing } from './apps-model.ts';
import { dyingNamespace } from './apps-namespaces.ts';
import { standingOf } from './apps-standing.ts';
import { ref } from './judgement.ts';
import { isLive } from './stream-trust.ts';

/** All Kustomizations and HelmReleases by key, each with what it needs. */
export function appItems(snapshot: Snapshot): ReadonlyMap<string, App> {
  const { kustomizations, helmreleases } = snapshot.streams;
  const items = new Map<string, App>();
  const add = (app: App) => items.set(app.key, app);
  for (const object of kustomizations.items.values()) add(appOf(snapshot, 'Kustomization', object));
  for (const object of helmreleases.items.values()) add(appOf(snapshot, 'HelmRelease', object));
  return items;
}

/** Applications that stand still say the same until they change: of hundreds only a few are looked at anew. */
const settled = new WeakMap<Kustomization | HelmRelease, App>();

function appOf(snapshot: Snapshot, kind: AppKind, object: Kustomization | HelmRelease): App {
  const known = settled.get(object);
  if (known !== undefined) return known;
  const app = appAnew(snapshot, kind, object);
  if (app.standing.state === 'suspended' || isSettled(object)) settled.set(object, app);
  return app;
}

/** Ready, and nothing about it depends on the clock. */
function isSettled({ metadata, status }: Kustomization | HelmRelease): boolean {
  const ready = status?.conditions?.find(one => one.type === 'Ready');
  const isStalled = status?.conditions?.some(one => one.type === 'Stalled' && one.status === 'True');
  const isCurrent =
    ready?.observedGeneration === undefined || ready.observedGeneration >= (metadata.generation ?? 0);
  return ready?.status === 'True' && isCurrent && isStalled !== true;
}

function appAnew(snapshot: Snapshot, kind: AppKind, object: Kustomization | HelmRelease): App {
  const { namespace, name } = object.metadata;
  const key = keyOf(kind, namespace, name);
  const depends = (object.spec?.dependsOn ?? []).flatMap(d =>
    d.name === undefined ? [] : [keyOf(kind, d.namespace ?? namespace, d.name)],
  );
  const told = standingOf(object, snapshot.now);
  const home = 'fault' in told ? dyingNamespace(snapshot, told.fault.message) : null;
  const standing =
    home === null
      ? withLost(
          told,
          depends.filter(other => isLost(snapshot, kind, other)),
        )
      : waitsForNamespace(told);
  const message = 'fault' in standing ? standing.fault.message : '';
  const needs: Need[] = [
    ...depends.map(other => ({ key: other, as: 'dependency' as const })),
    ...sourceKeys(object).map(other => ({ key: other, as: 'source' as const })),
    ...(home === null ? [] : [{ key: home, as: 'namespace' as const }]),
    ...unhealthy(message).flatMap(other => (other === key ? [] : [{ key: other, as: 'health' as const }])),
  ];
  return { key, kind, object, ref: ref(kind, object.metadata), standing, needs };
}

/** Nothing can be made in a namespace that is being deleted: then the namespace is the trouble. */
function waitsForNamespace(standing: Standing): Standing {
  if (!('fault' in standing)) return standing;
  return { state: 'waiting', fault: { ...standing.fault, problem: 'namespace-terminating' } };
}

/** Waiting for something that does not exist is a mistake of the one that waits. */
function withLost(standing: Standing, lost: readonly string[]): Standing {
  const [first] = lost;
  if (standing.state !== 'waiting' || first === undefined) return standing;
  const message = say`depends on ${field(first)}, which does not exist`;
  return { state: 'failing', fault: { ...standing.fault, problem: 'dependency-missing', message } };
}

/** A dependency is lost only when the list is known to be complete. */
function isLost(snapshot: Snapshot, kind: AppKind, key: string): boolean {
  const stream = kind === 'Kustomization' ? 'kustomizations' : 'helmreleases';
  const [, ...rest] = key.split('/');
  return isLive(snapshot, stream) && !snapshot.streams[stream].items.has(rest.join('/'));
}

interface Reference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Where its manifests come from. A HelmRelease has a HelmChart named after itself, or refers to a source. */
function sourceKeys(object: Kustomization | HelmRelease): readonly string[] {
  const { namespace, name } = object.metadata;
  const spec: { readonly sourceRef?: Reference; readonly chartRef?: Reference } & HelmRelease['spec'] =
    object.spec ?? {};
  const chartSource = spec.chart?.spec?.sourceRef;
  const chart =
    chartSource === undefined
      ? []
      : [keyOf('HelmChart', chartSource.namespace ?? namespace, `${namespace}-${name}`)];
  const referred = [spec.sourceRef, spec.chartRef, chartSource].flatMap(from =>
    from?.kind === undefined || from.name === undefined
      ? []
      : [keyOf(from.kind, from.namespace ?? namespace, from.name)],
  );
  return [...chart, ...referred];
}

/** Objects of Flux that a failed health check names: `[HelmRelease/media/plex status: 'Failed', ...]`. */
function unhealthy(message: string): readonly string[] {
  const start = message.search(/(?:timeout waiting for|stalled resources): \[/i);
  const list = start < 0 ? '' : message.slice(start, start + 3_000);
  return [...list.matchAll(/\b(Kustomization|HelmRelease)\/([\w.-]{1,253})\/([\w.-]{1,253})/g)].map(
    ([, kind = '', namespace, name = '']) => keyOf(kind, namespace, name),
  );
}
