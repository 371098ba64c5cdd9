import { describe, expect, it } from 'vitest';
import type { Component } from '../../src/layers/component.ts';
import { components } from '../../src/layers/components.ts';
import { compareVersions } from '../../src/layers/components-versions.ts';
import { field } from '../../src/text/field.ts';
import { type Given, snapshotOf } from '../support/snapshot.ts';
import {
  crashingPod,
  daemonSet,
  deployment,
  helmRelease,
  nodeLeases,
  nodes,
  ready,
  readyPod,
  release,
} from './made.ts';

const agent = { 'k8s-app': 'cilium' };
const cilium = (version: string, given: Parameters<typeof daemonSet>[2] = {}) =>
  daemonSet('kube-system', 'cilium', {
    podLabels: agent,
    labels: { 'helm.sh/chart': `cilium-${version}` },
    image: `quay.io/cilium/cilium:v${version}@sha256:0f1e`,
    ...given,
  });
const agentPod = (name: string, node: string, version: string) => {
  const image = `quay.io/cilium/cilium:v${version}`;
  const pod = readyPod('kube-system', name, node, agent);
  return {
    ...pod,
    spec: { ...pod.spec, containers: [{ name: 'cilium', image }] },
    status: {
      ...pod.status,
      // The runtime may report another tag of the same image: it does not count.
      containerStatuses: [
        { name: 'cilium', image: 'quay.io/cilium/cilium:latest', ready: true, restartCount: 0 },
      ],
    },
  };
};
const base = {
  nodes: nodes('k8s-1', 'k8s-2'),
  'node-leases': nodeLeases('k8s-1', 'k8s-2'),
  daemonsets: [cilium('1.17.4')],
  'pods-system': [agentPod('a', 'k8s-1', '1.17.4'), agentPod('b', 'k8s-2', '1.17.4')],
  'helm-releases': [
    release('kube-system', 'cilium', 6, 'superseded'),
    release('kube-system', 'cilium', 7, 'deployed'),
  ],
};
const wish = (name: string, version: string | null, namespace = 'kube-system') => ({
  name: field(name),
  namespace: field(namespace),
  chart: field(`oci://charts.example.org/charts/${name}`),
  version: version === null ? null : field(version),
});
const all = (
  objects: Given['objects'] = {},
  wishes: ReturnType<typeof wish>[] | null = null,
  given: Given = {},
) => components(snapshotOf({ groups: ['apps'], ...given, objects: { ...base, ...objects } }), wishes);
const only = (...given: Parameters<typeof all>): Component => {
  const [first, ...others] = all(...given);
  expect(others).toEqual([]);
  return first as Component;
};

describe('bootstrap components', () => {
  it('tell what is wanted, installed and running', () => {
    expect(only({}, [wish('cilium', '1.17.4')])).toMatchObject({
      name: 'cilium',
      namespace: 'kube-system',
      wanted: '1.17.4',
      installed: '1.17.4',
      running: '1.17.4',
      release: { status: 'deployed', revision: 7 },
      verdict: 'healthy',
      layer: 'cni',
      findings: [],
    });
  });

  it('are those that exist, without a repository to ask', () => {
    expect(all().map(one => `${one.name} ${one.wanted}`)).toEqual(['cilium null']);
    expect(components(snapshotOf({ groups: ['apps'] }))).toEqual([]);
  });

  it('come in the order of installation, others after them', () => {
    const wishes = [
      wish('external-secrets', '0.17.0', 'external-secrets'),
      wish('coredns', '1.42.1'),
      wish('cilium', '1.17.4'),
    ];
    expect(all({}, wishes).map(one => one.name)).toEqual(['cilium', 'coredns', 'external-secrets']);
  });

  it('take what Flux wants when the repository does not say it', () => {
    const flux = helmRelease('kube-system', 'cilium', {
      spec: { chart: { spec: { chart: 'cilium', version: '1.17.6' } } },
      status: { history: [{ chartVersion: '1.17.4', status: 'deployed' }] },
    });
    const unlabelled = [cilium('1.17.4', { labels: {} })];
    expect(only({ helmreleases: [flux], daemonsets: unlabelled })).toMatchObject({
      wanted: '1.17.6',
      installed: '1.17.4',
    });
  });

  it('are down when their main workload is gone, though Helm says deployed and the rest works', () => {
    const operator = deployment('kube-system', 'cilium-operator', { podLabels: { name: 'cilium-operator' } });
    const judged = only({
      daemonsets: [],
      'deployments-system': [operator],
      'pods-system': [readyPod('kube-system', 'op', 'k8s-1', { name: 'cilium-operator' })],
    });
    expect(judged).toMatchObject({ verdict: 'down', running: null, findings: [{ problem: 'missing' }] });
    expect(judged.findings[0]?.message).toBe('cilium does not exist, though Helm says rev 7 is deployed');
  });

  it('are only weakened by a lesser workload', () => {
    const operator = deployment('kube-system', 'cilium-operator', { ready: 0, podLabels: { name: 'op' } });
    const pods = [...base['pods-system'], crashingPod('kube-system', 'op', 'k8s-1', { name: 'op' })];
    expect(only({ 'deployments-system': [operator], 'pods-system': pods })).toMatchObject({
      verdict: 'degraded',
      findings: [{ problem: 'crashing' }],
    });
  });

  it.each([
    ['failed', 10, 'degraded', 'release-failed'],
    ['pending-upgrade', 1200, 'degraded', 'release-pending'],
    ['pending-upgrade', 30, 'progressing', 'release-pending'],
  ])('with a release %s for %i s are %s', (status, seconds, verdict, problem) => {
    const releases = [...base['helm-releases'], release('kube-system', 'cilium', 8, status, seconds)];
    expect(only({ 'helm-releases': releases })).toMatchObject({
      verdict,
      release: { status, revision: 8 },
      findings: [{ problem }],
    });
  });

  it('are not installed when only wished for, and unknown when nothing of them is watched', () => {
    expect(all({}, [wish('spegel', '0.2.0')])[1]).toMatchObject({
      name: 'spegel',
      verdict: 'down',
      findings: [{ problem: 'missing', message: 'not installed' }],
    });
    const deployed = {
      'helm-releases': [...base['helm-releases'], release('db', 'postgres', 1, 'deployed')],
    };
    expect(all(deployed, [wish('postgres', '1.0.0', 'db')])[1]).toMatchObject({
      verdict: 'unknown',
      findings: [],
    });
  });

  it('of an unknown chart are found by the mark that Helm leaves', () => {
    const set = daemonSet('kube-system', 'odd-name', { podLabels: { a: 'b' }, image: 'x/y:2.0.0' });
    const marked = {
      ...set,
      metadata: {
        ...set.metadata,
        annotations: { 'meta.helm.sh/release-name': 'odd', 'meta.helm.sh/release-namespace': 'kube-system' },
      },
    };
    const pods = ['k8s-1', 'k8s-2'].map(node => readyPod('kube-system', `odd-${node}`, node, { a: 'b' }));
    const judged = all(
      { daemonsets: [...base.daemonsets, marked], 'pods-system': [...base['pods-system'], ...pods] },
      [wish('odd', '9.9.9')],
    );
    expect(judged.find(one => one.name === 'odd')).toMatchObject({
      verdict: 'healthy',
      running: '2.0.0',
      findings: [],
    });
  });

  it('include cert-manager, wherever it lives', () => {
    const parts = ['cert-manager', 'cert-manager-webhook', 'cert-manager-cainjector'].map(name =>
      deployment('network', name, {
        image: `quay.io/jetstack/${name}:v1.17.2`,
        labels: { 'helm.sh/chart': 'cert-manager-v1.17.2' },
      }),
    );
    const releases = [...base['helm-releases'], release('network', 'cert-manager', 4, 'deployed')];
    const find = (objects: Given['objects']) => all(objects).find(one => one.name === 'cert-manager');
    expect(find({ 'helm-releases': releases, 'deployments-cert-manager': parts })).toMatchObject({
      namespace: 'network',
      verdict: 'healthy',
      installed: '1.17.2',
      running: '1.17.2',
      layer: null,
    });
    expect(find({ 'helm-releases': releases })).toMatchObject({ verdict: 'down' });
  });

  it('include the Flux instance with the version that it applied', () => {
    const instance = {
      metadata: {
        name: 'flux',
        namespace: 'flux-system',
        labels: { 'helm.sh/chart': 'flux-instance-0.24.0' },
      },
      status: { conditions: [ready()], lastAppliedRevision: 'v2.6.1@sha256:0f' },
    };
    const groups = ['fluxcd.controlplane.io'];
    const find = (objects: Given['objects']) =>
      all(objects, null, { groups }).find(one => one.name === 'flux-instance');
    expect(find({ fluxinstances: [instance] })).toMatchObject({
      verdict: 'healthy',
      installed: '0.24.0',
      running: '2.6.1',
      findings: [],
    });
    expect(find({})).toMatchObject({ verdict: 'down', findings: [{ problem: 'instance-missing' }] });
  });

  it('are unknown when workloads cannot be read', () => {
    const refused = { state: 'failed', reason: 'rbac', message: 'no' } as never;
    expect(only({}, null, { freshness: { daemonsets: refused } })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('drift', () => {
  it.each([
    ['1.17.6', '1.17.4', '1.17.4', ['wanted 1.17.6, installed 1.17.4']],
    ['1.16.9', '1.17.4', '1.17.4', ['a sync would downgrade: wanted 1.16.9, installed 1.17.4']],
    ['v1.17.4', '1.17.4', '1.17.4', []],
    [
      '1.17.4',
      '1.17.4',
      '1.17.3',
      ['installed 1.17.4, running 1.17.3: a rollout that did not finish, or a change by hand'],
    ],
  ])('of wanted %s, installed %s, running %s', (wanted, installed, running, messages) => {
    const set = cilium(running, { labels: { 'helm.sh/chart': `cilium-${installed}` } });
    const pods = [agentPod('a', 'k8s-1', running), agentPod('b', 'k8s-2', running)];
    const judged = only({ daemonsets: [set], 'pods-system': pods }, [wish('cilium', wanted)]);
    expect(judged.findings.map(one => one.message)).toEqual(messages);
  });

  it('between pods is a rollout that got stuck', () => {
    const judged = only({
      'pods-system': [agentPod('a', 'k8s-1', '1.17.4'), agentPod('b', 'k8s-2', '1.17.3')],
    });
    expect(judged.findings).toMatchObject([
      { problem: 'rollout-stuck', message: 'DaemonSet cilium runs 1.17.4 and 1.17.3 at once' },
    ]);
  });

  it('is not seen between a chart and a program that count differently', () => {
    const labels = { 'k8s-app': 'kube-dns' };
    const coredns = deployment('kube-system', 'coredns', {
      podLabels: labels,
      labels: { ...labels, 'helm.sh/chart': 'coredns-1.42.1' },
      image: 'registry.k8s.io/coredns/coredns:v1.12.1',
    });
    const judged = all({
      'deployments-system': [coredns],
      'pods-system': [...base['pods-system'], readyPod('kube-system', 'dns', 'k8s-1', labels)],
    }).find(one => one.name === 'coredns');
    expect(judged).toMatchObject({
      installed: '1.42.1',
      running: '1.12.1',
      verdict: 'healthy',
      findings: [],
    });
  });
});

describe('versions', () => {
  it.each([
    ['1.17.4', '1.17.4', 0],
    ['v1.17.4', '1.17.4', 0],
    ['1.9.0', '1.17.4', -1],
    ['2.0.0', '1.99.9', 1],
    ['1.18.0-rc.1', '1.18.0', -1],
    ['1.18.0', '1.18.0-rc.1', 1],
    ['2.x', '2.6.1', null],
  ])('%s against %s is %s', (a, b, sign) => {
    const order = compareVersions(a, b);
    expect(order === null ? null : Math.sign(order)).toBe(sign);
  });
});
