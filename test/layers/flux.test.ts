import { describe, expect, it } from 'vitest';
import { fluxLayer } from '../../src/layers/flux.ts';
import type { Judgement, LayerId } from '../../src/layers/layer.ts';
import { ago, type Given, NOW, snapshotOf } from '../support/snapshot.ts';
import { crashingPod, deployment, nodeLeases, nodes, notReady, ready, readyPod, release } from './made.ts';

const names = ['source-controller', 'kustomize-controller', 'helm-controller', 'notification-controller'];
const part = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.6.1' };
const controller = (name: string, given: Parameters<typeof deployment>[2] = {}) =>
  deployment('flux-system', name, {
    labels: name === 'flux-operator' ? { 'app.kubernetes.io/name': name } : part,
    podLabels: { app: name },
    ...given,
  });
const pod = (name: string) => readyPod('flux-system', `${name}-x`, 'k8s-1', { app: name });
const lease = (name: string, seconds: number, suffix = '-leader-election') => ({
  metadata: { name: `${name}${suffix}`, namespace: 'flux-system' },
  spec: { holderIdentity: `${name}-x_1`, renewTime: ago(seconds), leaseDurationSeconds: 35 },
});
const instance = (
  conditions: unknown[] = [ready('Reconciliation finished')],
  given: Record<string, unknown> = {},
) => ({
  metadata: { name: 'flux', namespace: 'flux-system', creationTimestamp: ago(9e6), ...given },
  spec: { distribution: { version: '2.x' } },
  status: {
    conditions,
    lastAppliedRevision: 'v2.6.1@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    components: names.map(name => ({ name, tag: 'v1.6.1', repository: `registry/${name}` })),
  },
});
const all = [...names, 'flux-operator'];
const healthy = {
  nodes: nodes('k8s-1'),
  'node-leases': nodeLeases('k8s-1'),
  'deployments-flux': all.map(name => controller(name)),
  'pods-flux': all.map(pod),
  'flux-leases': [...names.map(name => lease(name, 5)), lease('flux-operator', 5, '.controlplane.io')],
  fluxinstances: [instance()],
};
const without = (...gone: string[]) => ({
  'deployments-flux': all.filter(name => !gone.includes(name)).map(name => controller(name)),
  'pods-flux': all.filter(name => !gone.includes(name)).map(pod),
});

const judge = (
  objects: Given['objects'] = {},
  given: Given = {},
  below: ReadonlyMap<LayerId, Judgement> = new Map(),
) => fluxLayer.judge(snapshotOf({ ...given, objects: { ...healthy, ...objects } }), below);
const told = (objects: Given['objects'], given: Given = {}) =>
  judge(objects, given).findings.map(
    ({ problem, severity, object }) => `${severity} ${problem} ${object?.name}`,
  );
const plain = {
  groups: ['source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io'],
};

describe('Flux', () => {
  it('is healthy with its controllers, its instance and fresh leases', () => {
    expect(judge()).toMatchObject({
      verdict: 'healthy',
      summary: '4/4 · FluxInstance Ready · v2.6.1',
      measure: { ready: 4, wanted: 4 },
      findings: [],
    });
  });

  it('needs neither operator nor instance when it was bootstrapped', () => {
    const objects = { ...without('flux-operator'), fluxinstances: [] };
    expect(judge(objects, plain)).toMatchObject({
      verdict: 'healthy',
      summary: '4/4 controllers · v2.6.1',
    });
  });

  it('is no concern of a cluster that does not use it', () => {
    const nothing = { ...without(...all), fluxinstances: [], 'flux-leases': [] };
    expect(judge(nothing, { groups: ['apps'] })).toMatchObject({
      verdict: 'unknown',
      reason: 'not-configured',
      findings: [],
    });
  });

  it('is down when Helm says installed and nothing is there', () => {
    const objects = {
      ...without(...all),
      fluxinstances: [],
      'helm-releases': [release('flux-system', 'flux-operator', 2, 'deployed')],
    };
    expect(judge(objects, { groups: ['apps'] }).verdict).toBe('down');
  });

  it('is down when everything was deleted, the operator first to repair', () => {
    const judged = judge(without(...all));
    expect(judged).toMatchObject({ verdict: 'down', measure: { ready: 0, wanted: 4 } });
    expect(judged.findings[0]).toMatchObject({
      problem: 'missing',
      severity: 'critical',
      object: { kind: 'Deployment', namespace: 'flux-system', name: 'flux-operator' },
    });
  });

  it('names source-controller first when several are gone', () => {
    const lines = told(without('source-controller', 'kustomize-controller', 'helm-controller'));
    expect(lines).toEqual([
      'critical missing source-controller',
      'warning missing helm-controller',
      'warning missing kustomize-controller',
    ]);
  });

  it('is down when everything is scaled to zero', () => {
    const lines = told({
      'deployments-flux': all.map(name => controller(name, { replicas: 0 })),
      'pods-flux': [],
    });
    expect(lines).toEqual([
      'critical scaled-to-zero flux-operator',
      'critical scaled-to-zero source-controller',
      'warning scaled-to-zero helm-controller',
      'warning scaled-to-zero kustomize-controller',
      'warning scaled-to-zero notification-controller',
    ]);
  });

  it.each([
    ['source-controller', 'down'],
    ['kustomize-controller', 'down'],
    ['helm-controller', 'degraded'],
    ['notification-controller', 'degraded'],
    ['flux-operator', 'degraded'],
  ])('without %s is %s', (name, verdict) => {
    const judged = judge(without(name));
    expect(judged.verdict).toBe(verdict);
    expect(judged.findings).toMatchObject([{ problem: 'missing', object: { name } }]);
  });

  it('is down without an instance, which comes before the controllers that it would install', () => {
    const lines = told({ ...without(...names), fluxinstances: [] });
    expect(lines[0]).toBe('critical instance-missing flux');
    expect(lines.slice(1).every(line => line.startsWith('note missing'))).toBe(true);
    const kept = judge({
      fluxinstances: [],
      'helm-releases': [release('flux-system', 'flux-instance', 4, 'deployed')],
    });
    expect(kept.verdict).toBe('down');
    expect(kept.findings[0]?.message).toContain('release flux-instance rev 4 is deployed');
  });

  it.each([
    [
      'failed',
      notReady(
        'ArtifactFailed',
        'fetch failed: GET https://registry/v2/: MANIFEST_UNKNOWN: manifest unknown',
      ),
      'warning instance-failed flux',
      'S62',
    ],
    [
      'stalled',
      { type: 'Stalled', status: 'True', reason: 'BuildFailed', message: 'build failed: bad patch' },
      'warning stalled flux',
      'S58',
    ],
  ])('is degraded by an instance that %s', (_, condition, line, signature) => {
    const objects = { fluxinstances: [instance([condition])] };
    expect(told(objects)).toEqual([line]);
    expect(judge(objects)).toMatchObject({ verdict: 'degraded', findings: [{ signature: signature }] });
  });

  it.each([
    [
      'an annotation',
      instance([ready()], { annotations: { 'fluxcd.controlplane.io/reconcile': 'disabled' } }),
    ],
    ['its condition', instance([notReady('ReconciliationDisabled', 'off')])],
  ])('is merely noted as suspended by %s', (_, object) => {
    expect(told({ fluxinstances: [object] })).toEqual(['note suspended flux']);
    expect(judge({ fluxinstances: [object] }).verdict).toBe('healthy');
  });

  it('is in progress while the instance reconciles, and no longer after a while', () => {
    const unknown = (seconds: number) => ({
      type: 'Ready',
      status: 'Unknown',
      reason: 'Progressing',
      message: 'Reconciliation in progress',
      lastTransitionTime: ago(seconds),
    });
    expect(judge({ fluxinstances: [instance([unknown(40)])] }).verdict).toBe('progressing');
    expect(told({ fluxinstances: [instance([unknown(4000)])] })).toEqual(['warning not-reconciled flux']);
  });

  it('names a crashing controller with its known reason', () => {
    const objects = {
      'deployments-flux': all.map(name => controller(name, name === 'helm-controller' ? { ready: 0 } : {})),
      'pods-flux': all.map(name =>
        name === 'helm-controller'
          ? crashingPod('flux-system', 'helm-x', 'k8s-1', { app: name }, { message: 'leader election lost' })
          : pod(name),
      ),
    };
    expect(judge(objects)).toMatchObject({
      verdict: 'degraded',
      summary: '3/4 · FluxInstance Ready · v2.6.1',
      findings: [{ problem: 'crashing', signature: 'S57', object: { name: 'helm-controller' } }],
    });
  });
});

describe('leader leases', () => {
  const stale = (...which: string[]) => ({
    'flux-leases': all.map(name => lease(name, which.includes(name) ? 400 : 5)),
  });

  it('show a controller that says Ready and does nothing', () => {
    const judged = judge(stale('kustomize-controller'));
    expect(judged).toMatchObject({
      verdict: 'down',
      summary: '3/4 · FluxInstance Ready · 1 not acting',
      findings: [{ problem: 'lease-stale', severity: 'critical', object: { name: 'kustomize-controller' } }],
    });
    expect(judge(stale('notification-controller')).verdict).toBe('degraded');
  });

  it('are not old for what nobody could have heard since the last answer', () => {
    const heard = (seconds: number) =>
      judge(stale('kustomize-controller'), { api: { lastReplyAt: NOW - seconds * 1000 } }).verdict;
    expect([heard(350), heard(330)]).toEqual(['healthy', 'down']);
  });

  it('are found under other names, and the freshest counts', () => {
    const leases = names.flatMap(name => [lease(name, 9e5), lease(name, 5, '-5b6c4')]);
    expect(judge({ 'flux-leases': leases }).verdict).toBe('healthy');
  });

  it('prove nothing when absent, or while a controller has only just started', () => {
    expect(judge({ 'flux-leases': [] }).verdict).toBe('healthy');
    const young = all.map(name =>
      readyPod('flux-system', `${name}-x`, 'k8s-1', { app: name }, { startTime: ago(40) }),
    );
    expect(judge({ ...stale(...all), 'pods-flux': young }).verdict).toBe('healthy');
  });

  it('make the layer a memory when something below cuts off every controller', () => {
    const below = new Map([['cni', { verdict: 'down' } as Judgement] as const]);
    expect(judge(stale(...all), {}, below)).toMatchObject({
      verdict: 'unknown',
      reason: 'stale',
      stale: true,
      summary: 'says 4/4 Ready; last proof 6m40s ago',
      confirmedAt: NOW - 400_000,
    });
    expect(judge(stale(...all))).toMatchObject({ verdict: 'down', stale: false });
  });
});
