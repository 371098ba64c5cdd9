import { helmChartFor } from '../controllers/flux-helm.ts';
import { helmReady, snapshotOf } from '../controllers/flux-helm-status.ts';
import { kustomizationReady } from '../controllers/flux-kustomize.ts';
import { instanceReady } from '../controllers/flux-operator.ts';
import { reportObject, reportSpec } from '../controllers/flux-report.ts';
import { revisionOf, sourceReady } from '../controllers/flux-source.ts';
import { interval, touch } from '../controllers/flux-status.ts';
import { hashName } from '../controllers/objects.ts';
import type { Life } from '../controllers/switches.ts';
import type { Json, Stored } from '../world.ts';
import { resourceOf } from './builders.ts';
import { gitTree, madeBy, rootObjects } from './git-tree.ts';
import { releaseObjects } from './releases.ts';
import { backdate, type Seeding } from './running.ts';

const DAY = 86_400_000;
const MANAGERS: Record<string, string> = {
  Kustomization: 'kustomize-controller',
  HelmRelease: 'helm-controller',
  FluxInstance: 'flux-operator',
};

/** All Flux objects with the statuses their controllers would have written at their last run. */
export function seedFlux(seeding: Seeding, life: Life): void {
  const { world, now } = seeding;
  const tree = gitTree();
  const instance = releaseObjects('flux-instance')[0];
  seedObject(seeding, life, instance, draft => instanceReady(draft, now - 20 * DAY), 20);
  for (const one of rootObjects()) seedAny(seeding, life, one);
  for (const [path, objects] of tree.paths) {
    const owner =
      path === './kubernetes/flux/cluster'
        ? 'flux-system'
        : path === './kubernetes/flux/meta'
          ? 'cluster-meta'
          : (path.split('/')[4] ?? 'cluster-apps');
    for (const one of objects) {
      if (!one.apiVersion.includes('.fluxcd.io/')) continue;
      seedAny(seeding, life, {
        ...one,
        metadata: { ...one.metadata, labels: { ...one.metadata.labels, ...madeBy(owner) } },
      });
      const chart = one.kind === 'HelmRelease' ? helmChartFor(one) : undefined;
      if (chart) seedAny(seeding, life, chart);
    }
  }
  world.create(
    'fluxcd.controlplane.io/fluxreports',
    backdate(seeding, reportObject(reportSpec(life), now - DAY), 20),
  );
}

function seedAny(seeding: Seeding, life: Life, object: Json): void {
  const tree = gitTree();
  seedObject(seeding, life, object, (draft, at) => {
    if (object.kind === 'Kustomization')
      return kustomizationReady(draft, at, tree.revision, tree.paths.get(object.spec.path) ?? []);
    if (object.kind !== 'HelmRelease') return sourceReady(draft, at, revisionOf(life, draft));
    helmReady(draft, at, snapshotOf(life, draft));
  });
}

/** Writes the status twice: once days ago, when it turned Ready, and once at a moment inside the last interval. */
function seedObject(
  seeding: Seeding,
  life: Life,
  object: Json,
  ready: (draft: Json, at: number) => void,
  days = 20,
): void {
  const draft = structuredClone(backdate(seeding, object, days)) as Stored;
  draft.metadata.generation = 1;
  ready(draft, seeding.now - 6 * DAY);
  const period = interval(object.spec?.interval, 3_600_000);
  const spread =
    Number.parseInt(hashName(object.metadata.name + object.kind, 3).replace(/\D/g, '') || '5', 10) % 10;
  const at = seeding.now - Math.floor(period * (0.15 + spread * 0.07));
  if (object.kind === 'Kustomization') ready(draft, at);
  touch(draft, MANAGERS[object.kind] ?? 'source-controller', at);
  life.world.create(resourceOf(object), draft);
}
