import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { planAsker } from '../../src/cli/ask-cluster.ts';
import { limitsAt } from '../../src/cli/demo.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport, type Transport } from '../../src/kube/transport.ts';
import { blockedBy } from '../../src/recovery/guard.ts';
import { planAction } from '../../src/recovery/offer.ts';
import type { Need, Plan } from '../../src/recovery/plan.ts';
import { type Caller, except } from '../../src/simulator/api/access.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { type Simulation, startSimulation } from '../../src/simulator/start-simulation.ts';
import { field } from '../../src/text/field.ts';
import { openRepairBench, type RepairBench } from '../support/repair-bench.ts';
import { rbac, rulesIn, witnessed } from './caller-of.ts';

const SPEED = 40;
const WITHIN_MS = 30_000;
vi.setConfig({ testTimeout: 90_000 });

const operator = witnessed(rulesIn(rbac('observer', 'operator')));
/** The operator without what a test takes away. */
let missing: readonly Need[] = [];
const lessened: Caller = {
  ...operator.caller,
  allow: attributes =>
    except(
      operator.caller,
      missing.map(({ verb, group, resource, subresource }) => ({
        verbs: [verb],
        groups: [group],
        resources: [subresource === undefined ? resource : `${resource}/${subresource}`],
      })),
    ).allow(attributes),
};

let simulation: Simulation;
let bench: RepairBench;
let transport: Transport;
beforeAll(async () => {
  simulation = await startSimulation({
    speed: SPEED,
    toolsEntry: {
      command: process.execPath,
      script: join(import.meta.dirname, '../../dist/tools.js'),
    },
    tokens: new Map([
      ['operator', operator.caller],
      ['lessened', lessened],
    ]),
  });
  const as = (name: string): string => {
    const path = join(simulation.folder, `${name}-kubeconfig`);
    const { url, clock } = simulation;
    writeFileSync(path, kubeconfigText({ url, token: name, context: 'demo', clock }), { mode: 0o600 });
    return path;
  };
  bench = await openRepairBench({
    env: { ...simulation.env, KUBECONFIG: as('operator') },
    cwd: simulation.folder,
    stateDir: join(simulation.env.XDG_STATE_HOME, 'groundup'),
    wall: simulation.clock.now,
    limits: limitsAt(SPEED),
    speed: SPEED,
  });
  const resolved = loadKubeconfig({ path: as('lessened'), env: {} });
  if (!resolved.ok) throw new Error(resolved.error.message);
  transport = openTransport({ resolved: resolved.value, env: {}, wall: Date.now, traffic: trafficCounter() });
  await bench.until('healthy', ({ diagnosis }) => diagnosis.verdict === 'healthy', WITHIN_MS);
}, 40_000);
afterAll(async () => {
  await bench.close();
  await transport.close();
  await simulation.close();
});

async function planned(id: string, target: string): Promise<Plan> {
  const found = () => planAction(id, field(target), bench.bench());
  const isFree = (): boolean => {
    const plan = found();
    return plan !== null && blockedBy(plan.guards) === null;
  };
  await bench.until(`${id} ${target}`, isFree, WITHIN_MS);
  const plan = found();
  if (plan === null) throw new Error(`no plan for ${id} ${target}`);
  return plan;
}

const asked = (plan: Plan): Promise<Plan> =>
  planAsker({
    request: transport.request,
    stateDir: join(simulation.env.XDG_STATE_HOME, 'other'),
    now: simulation.clock.now,
    holder: () => null,
  }).asked(plan);

const cordon = (): void => {
  simulation.world.update('/nodes', undefined, 'k8s-1', draft => {
    draft.spec.unschedulable = true;
  });
};
const dnsPod = (): string => {
  const pod = simulation.world
    .list('/pods', 'kube-system')
    .find(one => one.metadata.labels?.['k8s-app'] === 'kube-dns');
  return `Pod kube-system/${pod?.metadata.name}`;
};

describe('an action run as operator', () => {
  test.each<[string, () => string, (() => void)?]>([
    ['scale-coredns', () => 'Deployment kube-system/coredns'],
    ['restart-rollout', () => 'Deployment kube-system/coredns'],
    ['restart-rollout', () => 'DaemonSet kube-system/cilium'],
    ['reconcile', () => 'Kustomization flux-system/flux-system'],
    ['reconcile', () => 'GitRepository flux-system/flux-system'],
    ['reconcile', () => 'FluxInstance flux-system/flux'],
    ['reset-helmrelease', () => 'HelmRelease media/immich'],
    ['suspend', () => 'HelmRelease media/immich'],
    ['resume', () => 'HelmRelease media/immich'],
    ['uncordon', () => 'Node k8s-1', cordon],
    ['delete-pod', dnsPod],
  ])('%s needs exactly what it lists, and no more', async (id, target, prepare) => {
    prepare?.();
    const plan = await planned(id, target());
    expect(plan.needs?.length).toBeGreaterThan(0);
    for (const need of plan.needs ?? []) {
      missing = [need];
      const { guards } = await asked(plan);
      expect(blockedBy(guards)).toContain(`you may not ${need.verb} ${need.resource}`);
    }
    missing = [];
    expect(blockedBy((await asked(plan)).guards)).toBeNull();

    const before = operator.requests.length;
    const run = await bench.perform(plan, WITHIN_MS);
    expect([run.state, run.failure]).toEqual(['succeeded', null]);
    expect(operator.requests.slice(before).filter(one => !one.allowed)).toEqual([]);
  });

  test('never writes to Secrets, and never reads one', () => {
    expect(operator.requests.filter(one => one.resource === 'secrets')).toEqual([]);
  });

  test('is refused a release: charts need a role of their own', async () => {
    const plan = planAction('sync-release', field('cilium'), bench.bench());
    const guards = plan === null ? [] : (await asked(plan)).guards;
    expect(guards.map(guard => guard.text).join('\n')).toContain(
      'you may not create secrets in the namespace kube-system',
    );
  });
});
