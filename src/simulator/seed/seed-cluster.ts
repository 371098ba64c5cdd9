import { createSwitches, type Switches } from '../controllers/switches.ts';
import type { Behaviour, Json, SimClock, World } from '../world.ts';
import { ALL_APPS } from './apps.ts';
import { namespaceObject, resourceOf, service } from './builders.ts';
import { fluxDistribution } from './charts/flux.ts';
import { ciliumDefinitions } from './definitions.ts';
import { gitTree, madeBy } from './git-tree.ts';
import { NODES, nodeObject, staticPods } from './nodes.ts';
import {
  helmRelease,
  manifestOf,
  RELEASES,
  type ReleaseFacts,
  releaseObjects,
  releaseSecret,
} from './releases.ts';
import {
  backdate,
  runningDaemonSet,
  runningDeployment,
  runningEndpoints,
  runningPod,
  type Seeding,
} from './running.ts';
import { AGE_KEY, bootstrapSecrets, DEPLOY_KEY } from './secrets.ts';
import { seedFlux } from './seed-flux.ts';
import { seedLeases } from './seed-leases.ts';
import { seedTraces } from './seed-traces.ts';

const DAY = 86_400_000;
/** Days since each release was last changed; the others 6. */
const DEPLOYED_DAYS: Record<string, number> = {
  cilium: 9,
  coredns: 9,
  'cert-manager': 12,
  spegel: 14,
  'flux-operator': 20,
  'flux-instance': 20,
  grafana: 2,
  immich: 4,
};
const SYSTEM = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'flux-system'];
const SPARE_IMAGES = ['docker.io/library/busybox:1.36', 'registry.k8s.io/pause:3.10'];

/** Fills an empty world with a homelab that has been running well for four weeks. */
export function seedCluster(
  world: World,
  clock: SimClock,
  behaviour: Behaviour,
  switches: Switches = createSwitches(gitTree(), { deployKey: DEPLOY_KEY, ageKey: AGE_KEY }),
): void {
  const seeding: Seeding = { world, now: clock.now(), nodes: NODES, used: 0 };
  for (const name of namespaceNames())
    world.create('/namespaces', backdate(seeding, namespaceObject(name, namespaceLabels(name)), 28));
  const objects = [
    ...RELEASES.flatMap(facts => releaseObjects(facts.name, valuesOf(facts.name))),
    ...fluxDistribution(),
  ];
  const images = [...new Set([...SPARE_IMAGES, ...objects.flatMap(imagesOf)])];
  NODES.forEach((name, index) => {
    const node = world.create('/nodes', nodeObject(name, index, seeding.now, images));
    for (const pod of staticPods(node))
      runningPod(seeding, { ...pod, restarts: index === 1 ? 2 : 0 }, name, 28);
  });
  kubernetesService(seeding);
  for (const one of bootstrapSecrets()) world.create('/secrets', backdate(seeding, one, 28));
  for (const one of ciliumDefinitions()) place(seeding, one, 28, 1);
  for (const facts of RELEASES) seedRelease(seeding, facts);
  for (const one of fluxDistribution()) place(seeding, one, 20, 1);
  runningEndpoints(seeding, 9);
  seedLeases(seeding);
  seedFlux(seeding, { world, clock, behaviour, switches });
  seedTraces(seeding, behaviour);
}

function namespaceNames(): string[] {
  return [...new Set([...SYSTEM, ...ALL_APPS.map(app => app.namespace)])];
}

/** Namespaces that are in the repository carry its labels. */
function namespaceLabels(name: string): Record<string, string> {
  const inGit = !SYSTEM.includes(name);
  return inGit ? { 'kustomize.toolkit.fluxcd.io/prune': 'disabled', ...madeBy('cluster-apps') } : {};
}

export function valuesOf(name: string): Json {
  const app = ALL_APPS.find(one => one.name === name);
  return app && app.image !== ''
    ? { image: { repository: app.image, tag: app.tag }, replicas: app.replicas ?? 1 }
    : {};
}

function imagesOf(object: Json): string[] {
  return (object.spec?.template?.spec?.containers ?? []).map((one: Json) => one.image);
}

/** The API servers behind their own service: no selector, the slice lists the machines. */
function kubernetesService(seeding: Seeding): void {
  const ports = [{ name: 'https', port: 443, targetPort: 6443, protocol: 'TCP' }];
  const object = service('kubernetes', 'default', {
    labels: { component: 'apiserver', provider: 'kubernetes' },
    selector: undefined,
    ports,
    clusterIP: '10.43.0.1',
  });
  delete object.spec.selector;
  seeding.world.create('/services', backdate(seeding, object, 28));
  seeding.world.create('discovery.k8s.io/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...backdate(seeding, { metadata: {} }, 28).metadata,
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: NODES.map((_, index) => ({
      addresses: [`10.0.0.${11 + index}`],
      conditions: { ready: true },
    })),
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  });
}

/** The objects of a release and the revisions Helm keeps of it. */
function seedRelease(seeding: Seeding, facts: ReleaseFacts): void {
  const days = DEPLOYED_DAYS[facts.name] ?? 6;
  const objects = releaseObjects(facts.name, valuesOf(facts.name));
  for (const one of objects) if (one.kind !== 'FluxInstance') place(seeding, one, days, facts.revision);
  const manifest = manifestOf(facts.chart, objects);
  const firstDeployed = new Date(seeding.now - 28 * DAY).toISOString();
  for (const version of facts.revision > 1 ? [facts.revision - 1, facts.revision] : [1]) {
    const newest = version === facts.revision;
    const deployed = seeding.now - (newest ? days : days + 5) * DAY;
    const release = helmRelease({
      name: facts.name,
      namespace: facts.namespace,
      version,
      status: newest ? 'deployed' : 'superseded',
      chart: { name: facts.chart, version: facts.version, appVersion: facts.appVersion },
      manifest,
      firstDeployed,
      lastDeployed: new Date(deployed).toISOString(),
      config: valuesOf(facts.name),
    });
    seeding.world.create(
      '/secrets',
      backdate(seeding, releaseSecret(release, Math.floor(deployed / 1000)), (seeding.now - deployed) / DAY),
    );
  }
}

function place(seeding: Seeding, object: Json, days: number, revision: number): void {
  if (object.kind === 'Deployment') {
    runningDeployment(seeding, object, { days, revision });
    return;
  }
  if (object.kind === 'DaemonSet') {
    runningDaemonSet(seeding, object, days);
    return;
  }
  seeding.world.create(resourceOf(object), backdate(seeding, object, 28));
}
