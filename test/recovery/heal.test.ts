import { describe, expect, test } from 'vitest';
import type { Root } from '../../src/diagnosis/diagnosis.ts';
import type { LayerId } from '../../src/layers/layer.ts';
import { customAction } from '../../src/recovery/custom-action.ts';
import {
  countPass,
  decideHealing,
  type HealAttempt,
  type HealDecision,
  type HealLook,
  noPasses,
} from '../../src/recovery/heal.ts';
import { countDown } from '../../src/recovery/heal-countdown.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { NOW } from '../support/snapshot.ts';
import { type BenchGiven, benchOf, component, helmSecret, ref, rootOf, workshop } from './bench.ts';

const MINUTE = 60_000;
const coredns = ref('Deployment', 'kube-system', 'coredns');
const zero = rootOf('dns', 'scaled-to-zero', coredns);
const ROOT = 'dns/scaled-to-zero Deployment kube-system/coredns';
const down = { verdict: 'down' } as const;
const objects = {
  'deployments-system': [
    {
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: { replicas: 0 },
    },
  ],
  daemonsets: [{ metadata: { name: 'cilium', namespace: 'kube-system' } }],
  namespaces: [{ metadata: { name: 'kube-system', uid: '7f3c' } }],
};

interface Case extends Partial<Omit<HealLook, 'bench' | 'rules'>> {
  readonly given?: BenchGiven;
  readonly root?: Root;
  readonly allow?: readonly string[];
  readonly notBetween?: HealLook['rules']['notBetween'];
}

/** CoreDNS at zero, opted in, and nothing that speaks against it, unless said otherwise. */
function lookOf({ given = {}, root = zero, allow, notBetween, ...rest }: Case = {}): HealLook {
  const bench = benchOf({
    root,
    ...given,
    objects: { ...objects, ...given.objects },
    layers: { [root.layer]: down, ...given.layers },
  });
  return {
    bench,
    rules: { actions: allow ?? ['scale-coredns'], notBetween: notBetween ?? [], countdownMs: 30_000 },
    passes: 3,
    attempts: [],
    holder: null,
    isRunning: false,
    uid: '7f3c',
    isProtected: false,
    paused: null,
    local: { minutes: 12 * 60, day: 3 },
    ...rest,
  };
}

function told(decision: HealDecision): string {
  if (decision.kind === 'act') return `act ${decision.remedy.action} ${decision.remedy.target}`;
  return decision.kind === 'idle' ? `idle ${decision.why}` : `${decision.kind} ${decision.rail}`;
}
const attempt = (minutesAgo: number, rest: Partial<HealAttempt> = {}): HealAttempt => ({
  root: ROOT,
  action: 'scale-coredns',
  target: 'Deployment kube-system/coredns',
  at: NOW - minutesAgo * MINUTE,
  outcome: 'succeeded',
  ...rest,
});
const layer = (id: LayerId, rest: object): BenchGiven => ({ layers: { [id]: rest } });
const ACT = 'act scale-coredns Deployment kube-system/coredns';

describe('repairing without being asked', () => {
  test.each<[string, Case, string]>([
    ['all is well for it', {}, ACT],
    // scope
    ['no action is opted in', { allow: [] }, 'idle no action is opted in'],
    ['another action is opted in', { allow: ['restart-rollout'] }, 'human scope'],
    [
      'the cause can only be mended by hand',
      { root: rootOf('nodes', 'node-silent', ref('Node', null, 'k8s-2')) },
      'human scope',
    ],
    [
      'the action is one that never runs by itself',
      {
        root: rootOf('nodes', 'cordoned', ref('Node', null, 'k8s-1')),
        allow: ['uncordon'],
        given: { objects: { nodes: [{ metadata: { name: 'k8s-1' }, spec: { unschedulable: true } }] } },
      },
      'human scope',
    ],
    [
      'the action could cause an outage',
      {
        root: rootOf('cni', 'agent-not-ready', ref('DaemonSet', 'kube-system', 'cilium')),
        allow: ['restart-rollout', 'sync-release'],
      },
      'human scope',
    ],
    // preconditions
    ['it was seen twice only', { passes: 2 }, 'wait passes'],
    [
      'the cause is known with medium confidence',
      { root: { ...zero, confidence: 'medium' } },
      'human confidence',
    ],
    ['the cause is known with low confidence', { root: { ...zero, confidence: 'low' } }, 'human confidence'],
    ['the API server is degraded', { given: layer('api', { verdict: 'degraded' }) }, 'wait api'],
    ['the API server is not reached', { given: { api: { reach: 'unreachable' as never } } }, 'wait api'],
    ['what is known of the API server is old', { given: layer('api', { stale: true }) }, 'wait api'],
    [
      'what is known of the layer is old',
      { given: layer('dns', { verdict: 'down', stale: true }) },
      'wait fresh',
    ],
    ['a lower layer is broken', { given: layer('cni', { verdict: 'down' }) }, 'wait below'],
    ['a lower layer is degraded', { given: layer('nodes', { verdict: 'degraded' }) }, 'wait below'],
    ['a lower layer is moving', { given: layer('cni', { verdict: 'progressing' }) }, 'wait below'],
    [
      'a lower layer cannot be judged',
      { given: layer('nodes', { verdict: 'unknown', reason: 'rbac' }) },
      'wait below',
    ],
    [
      'a lower layer was quiet',
      { given: layer('pod-network', { verdict: 'unknown', reason: 'no-evidence' }) },
      ACT,
    ],
    [
      'its namespace is being deleted',
      {
        given: {
          objects: { namespaces: [{ metadata: { name: 'kube-system' }, status: { phase: 'Terminating' } }] },
        },
      },
      'human terminating',
    ],
    [
      'another namespace is being deleted',
      {
        given: {
          objects: { namespaces: [{ metadata: { name: 'media' }, status: { phase: 'Terminating' } }] },
        },
      },
      ACT,
    ],
    [
      'a Helm operation runs',
      {
        given: { objects: { 'helm-releases': [helmSecret('jellyfin', 'media', 3, 'pending-upgrade', 20)] } },
      },
      'wait helm',
    ],
    [
      'a Helm operation died long ago elsewhere',
      {
        given: {
          objects: { 'helm-releases': [helmSecret('jellyfin', 'media', 3, 'pending-upgrade', 3_600)] },
        },
      },
      ACT,
    ],
    ['the cluster is another one now', { uid: 'other' }, 'human fingerprint'],
    ['the identity of the cluster is not known', { given: { uid: null } }, 'wait fingerprint'],
    [
      'the context is protected',
      { isProtected: true },
      'idle a protected context is not repaired without being asked for',
    ],
    ['it was stopped by somebody', { paused: say`stopped` }, 'human paused'],
    [
      'the cluster carries the mark against it',
      {
        given: {
          objects: {
            namespaces: [
              { metadata: { name: 'kube-system', annotations: { 'groundup.dev/no-heal': 'alice' } } },
            ],
          },
        },
      },
      'human paused',
    ],
    [
      'somebody suspended the HelmRelease that owns it',
      {
        given: {
          objects: {
            helmreleases: [
              { metadata: { name: 'coredns', namespace: 'kube-system' }, spec: { suspend: true } },
            ],
          },
        },
      },
      'human owner',
    ],
    // attempts
    ['it was repaired three minutes ago', { attempts: [attempt(3)] }, ACT],
    ['it was repaired a minute ago', { attempts: [attempt(1)] }, 'wait attempts'],
    ['it was repaired twice within the hour', { attempts: [attempt(50), attempt(20)] }, 'human attempts'],
    [
      'it was repaired twice, the last time nine minutes ago',
      { attempts: [attempt(70), attempt(9)] },
      'wait attempts',
    ],
    [
      'it was repaired twice, the last time eleven minutes ago',
      { attempts: [attempt(70), attempt(11)] },
      ACT,
    ],
    [
      'it was repaired three times, the last time half an hour ago',
      { attempts: [attempt(200), attempt(100), attempt(29)] },
      'wait attempts',
    ],
    ['the last repair failed', { attempts: [attempt(5, { outcome: 'failed' })] }, 'human attempts'],
    [
      'the end of the last repair was not seen',
      { attempts: [attempt(5, { outcome: 'unknown' })] },
      'human attempts',
    ],
    [
      'somebody stopped the last repair',
      { attempts: [attempt(5, { outcome: 'cancelled' })] },
      'human attempts',
    ],
    [
      'another action failed for the same cause',
      { attempts: [attempt(5, { action: 'restart-rollout', outcome: 'failed' })] },
      'human attempts',
    ],
    ['a repair failed more than an hour ago', { attempts: [attempt(90, { outcome: 'failed' })] }, ACT],
    [
      'other causes were repaired four times today',
      { attempts: [1, 2, 3, 4].map(n => attempt(n * 60, { root: `apps/${n}` })) },
      ACT,
    ],
    [
      'other causes were repaired five times today',
      { attempts: [1, 2, 3, 4, 5].map(n => attempt(n * 60, { root: `apps/${n}` })) },
      'human attempts',
    ],
    [
      'the five repairs were yesterday',
      { attempts: [1, 2, 3, 4, 5].map(n => attempt(1_440 + n, { root: `apps/${n}` })) },
      ACT,
    ],
    // lock
    [
      'somebody holds the lock of the cluster',
      { holder: say`alice@jump-1 recovers this cluster` },
      'wait lock',
    ],
    ['an action runs already', { isRunning: true }, 'wait lock'],
    // window
    ['it is inside of a window', { notBetween: [{ from: 11 * 60, to: 13 * 60, days: [] }] }, 'wait window'],
    ['the window is over', { notBetween: [{ from: 11 * 60, to: 12 * 60, days: [] }] }, ACT],
    ['the window is on another day', { notBetween: [{ from: 0, to: 1_440, days: [1] }] }, ACT],
    [
      'the window began the evening before',
      { notBetween: [{ from: 22 * 60, to: 13 * 60, days: [2] }] },
      'wait window',
    ],
    ['the window begins this evening', { notBetween: [{ from: 22 * 60, to: 6 * 60, days: [3] }] }, ACT],
  ])('when %s', (_, given, expected) => {
    expect(told(decideHealing(lookOf(given)))).toBe(expected);
  });

  test('does nothing when nothing is broken', () => {
    const look = lookOf();
    const diagnosis = { ...look.bench.diagnosis, root: null };
    expect(told(decideHealing({ ...look, bench: { ...look.bench, diagnosis } }))).toBe(
      'idle there is no cause to repair',
    );
  });

  test('proves itself for a whole minute, and says in the plan that nobody asked', () => {
    const decision = decideHealing(lookOf());
    expect(decision.kind === 'act' && decision.remedy.plan).toMatchObject({
      healing: { root: ROOT },
      success: { layer: 'dns', stableMs: 60_000, text: 'CoreDNS healthy for 60 s, seen by the watch' },
    });
  });

  const gone = rootOf('dns', 'missing', coredns);
  const release = workshop.repository.releases.find(one => one.name === 'coredns');
  test.each([
    ['the version that is installed', release?.version ?? null, 'act sync-release coredns'],
    ['an older version than the helmfile has', '1.0.0', 'human version'],
    ['no version yet', null, 'act sync-release coredns'],
  ])('syncs a release with %s', (_, installed, expected) => {
    const given = { components: [component('coredns', 'kube-system', installed)] };
    expect(told(decideHealing(lookOf({ root: gone, given, allow: ['sync-release'] })))).toBe(expected);
  });

  test('does not sync when Helm cannot be seen', () => {
    const freshness = { 'helm-releases': { state: 'failed', reason: 'rbac', message: say`no`, since: 0 } };
    const given = { freshness } as unknown as BenchGiven;
    expect(told(decideHealing(lookOf({ root: gone, given, allow: ['sync-release'] })))).toBe('human helm');
  });

  test('waits for what forbids a plan by the ground, and leaves a missing tool to people', () => {
    const given = { workshop: { ...workshop, tools: {} } };
    expect(told(decideHealing(lookOf({ root: gone, given, allow: ['sync-release'] })))).toBe('human guards');
  });

  test('runs an action of the configuration when it is opted in, but none that can cause an outage', () => {
    const spec = {
      id: 'kick-dns',
      title: say`Kick DNS`,
      argv: ['kick-dns'],
      layer: 'dns',
      timeoutMs: 10_000,
      confirm: 'key',
      params: [],
    } as const;
    const root = rootOf('dns', 'probe-failed', null);
    const decided = (danger: 1 | 3) => {
      const look = lookOf({ root, allow: ['kick-dns'] });
      const custom = [customAction({ ...spec, danger }, '/usr/local/bin/kick-dns')];
      return told(decideHealing({ ...look, bench: { ...look.bench, custom } }));
    };
    expect(decided(1)).toBe('act kick-dns null');
    expect(decided(3)).toBe('human scope');
  });
});

describe('looks in a row', () => {
  const seen = (root: Root | null, at: number) => ({ ...benchOf().diagnosis, root, at });
  test('count while the root stays the same, and begin anew with another one or none', () => {
    let passes = noPasses;
    const counts = [zero, zero, zero, null, zero, rootOf('cni', 'missing', null)].map((root, i) => {
      passes = countPass(passes, seen(root, NOW + i));
      return passes.count;
    });
    expect(counts).toEqual([1, 2, 3, 0, 1, 1]);
  });

  test('at the same diagnosis count once', () => {
    const once = countPass(noPasses, seen(zero, NOW));
    expect(countPass(once, seen(zero, NOW)).count).toBe(1);
  });
});

describe('the countdown', () => {
  const act = decideHealing(lookOf());
  const stop = decideHealing(lookOf({ passes: 1 }));

  test('lasts at least ten seconds, however short it is configured', () => {
    expect(countDown(null, act, 0, 30_000).countdown?.until).toBe(30_000);
    expect(countDown(null, act, 0, 1).countdown?.until).toBe(10_000);
  });

  test('goes on while the same is to be done, and acts when it has run out', () => {
    const { countdown } = countDown(null, act, 0, 10_000);
    const later = countDown(countdown, act, 9_999, 10_000);
    expect(later).toMatchObject({ countdown: { until: 10_000 }, act: null });
    expect(countDown(later.countdown, act, 10_000, 10_000)).toMatchObject({
      countdown: null,
      act: { action: 'scale-coredns' },
    });
  });

  test('is forgotten as soon as anything objects, and begins anew', () => {
    const { countdown } = countDown(null, act, 0, 10_000);
    expect(countDown(countdown, stop, 9_000, 10_000)).toEqual({ countdown: null, act: null });
    expect(countDown(null, act, 9_500, 10_000).countdown?.until).toBe(19_500);
  });

  test('begins anew for something else', () => {
    const { countdown } = countDown(null, act, 0, 10_000);
    const other = act.kind === 'act' ? { ...act, root: field('cni/missing') } : act;
    expect(countDown(countdown, other, 10_000, 10_000).act).toBeNull();
  });
});
