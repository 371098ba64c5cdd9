import type { Diagnosis, LayerView } from '../../src/diagnosis/diagnosis.ts';
import { layerIds } from '../../src/layers/layer.ts';
import type { Remedy } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { NOW } from '../support/snapshot.ts';

const daemonSet = { kind: field('DaemonSet'), namespace: field('kube-system'), name: field('cilium') };

const healthy = layerIds.map(
  (id, key): LayerView => ({
    id,
    key,
    title: field(id),
    short: field(id),
    verdict: 'healthy',
    reason: null,
    blockedBy: null,
    stale: false,
    summary: field(`${id} is fine`),
    measure: { ready: 3, wanted: 3 },
    findings: [],
    since: NOW - 60_000,
    confirmedAt: NOW,
  }),
);

/** Everything is fine. */
export const calm: Diagnosis = {
  at: NOW,
  cluster: {
    context: field('homelab'),
    server: field('https://10.0.0.10:6443'),
    version: field('v1.33.1'),
    uid: field('7f3c'),
  },
  verdict: 'healthy',
  root: null,
  otherRoots: [],
  layers: healthy,
  components: [],
};

/** The CNI's DaemonSet is gone, told with text that wants to be markup. */
export const cniGone: Diagnosis = {
  ...calm,
  verdict: 'down',
  root: {
    layer: 'cni',
    problem: 'missing',
    object: daemonSet,
    summary: field('DaemonSet kube-system/cilium does not exist; its Helm release says deployed'),
    cause: field('deleted outside Helm'),
    confidence: 'high',
    signatures: ['S11'],
    scope: null,
    since: NOW - 240_000,
    explains: { layers: ['dns'], apps: 14 },
    whys: [
      {
        question: field('Why is there no <agent> & "socket"?'),
        answer: field('DaemonSet kube-system/cilium is missing'),
        layer: 'cni',
        object: daemonSet,
        evidence: [field('plugin type="cilium-cni" failed | `dial unix`')],
        inferred: false,
      },
    ],
  },
  layers: healthy.map(layer =>
    layer.id === 'cni'
      ? {
          ...layer,
          verdict: 'down',
          measure: { ready: 0, wanted: 3 },
          summary: field('Cilium agents 0/3'),
          findings: [
            {
              problem: 'missing',
              severity: 'critical',
              object: daemonSet,
              message: field('DaemonSet cilium: missing <&>'),
              signature: null,
              since: NOW - 240_000,
              nodes: null,
              chargedTo: null,
            },
          ],
        }
      : layer.id === 'dns'
        ? { ...layer, verdict: 'blocked', blockedBy: 'cni' }
        : layer.id === 'flux'
          ? { ...layer, verdict: 'unknown', reason: 'rbac' }
          : layer,
  ),
  components: [
    {
      name: field('cilium'),
      namespace: field('kube-system'),
      wanted: field('1.17.4'),
      installed: field('1.17.4'),
      running: null,
      release: { status: 'deployed', revision: 7, changedAt: NOW },
      verdict: 'down',
      layer: 'cni',
      findings: [{ problem: 'missing', message: field('not running') }],
    },
  ],
};

const plan: Remedy['plan'] = {
  action: 'sync-release',
  target: field('cilium'),
  title: field('Sync release cilium'),
  danger: 3,
  typedWord: field('cilium'),
  cluster: { context: field('homelab'), server: field('https://10.0.0.10:6443'), uid: field('7f3c') },
  steps: [],
  effect: field('creates DaemonSet cilium again'),
  takes: field('1-4 min'),
  expectedMs: 120_000,
  success: { layer: 'cni', stableMs: 30_000, withinMs: 300_000, text: field('agents 3/3') },
  guards: [],
};

export const syncCilium: Remedy = {
  action: 'sync-release',
  key: 'S',
  title: plan.title,
  target: plan.target,
  object: daemonSet,
  danger: 3,
  commands: [[field('helmfile'), field('--file'), field('bootstrap/my file.yaml'), field('sync')]],
  blockedBy: null,
  plan,
};
