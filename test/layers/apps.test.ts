import { describe, expect, it } from 'vitest';
import { appsLayer } from '../../src/layers/apps.ts';
import { judgeAll } from '../../src/layers/index.ts';
import type { Judgement, LayerId } from '../../src/layers/layer.ts';
import { ago, type Given, NOW, snapshotOf } from '../support/snapshot.ts';
import { creatingPod, helmRelease, kustomization, notReady, ready, release, source } from './made.ts';

const root = (given: Parameters<typeof kustomization>[1] = {}) =>
  kustomization('flux-system', { ...given, metadata: { labels: {}, ...given.metadata } });
const git = (given: Parameters<typeof source>[2] = {}) => source('flux-system', 'flux-system', given);
const apps = (count: number, given: Parameters<typeof kustomization>[1] = {}) =>
  Array.from({ length: count }, (_, i) => kustomization(`app-${i}`, given));
const healthy = { kustomizations: [root(), ...apps(9)], gitrepositories: [git()] };

const judge = (
  objects: Given['objects'] = {},
  given: Given = {},
  below: ReadonlyMap<LayerId, Judgement> = new Map(),
) => appsLayer.judge(snapshotOf({ ...given, objects: { ...healthy, ...objects } }), below);
const told = (objects: Given['objects']) =>
  judge(objects).findings.map(({ problem, severity, object }) => `${severity} ${problem} ${object?.name}`);
const failing = (name: string, reason: string, message: string) =>
  kustomization(name, { conditions: [notReady(reason, message)] });
const waiting = (name: string, on: string) =>
  kustomization(name, {
    spec: { dependsOn: [{ name: on }] },
    conditions: [notReady('DependencyNotReady', `dependency 'flux-system/${on}' is not ready`)],
  });

describe('applications', () => {
  it('are healthy when all are Ready, with what of Git is applied', () => {
    expect(judge()).toMatchObject({
      verdict: 'healthy',
      summary: '10 Ready · main@4f1c2a9',
      measure: { ready: 10, wanted: 10 },
      findings: [],
    });
  });

  it('are healthy in a noisy cluster: suspended ones are notes, static repositories have no status', () => {
    const judged = judge({
      kustomizations: [
        ...healthy.kustomizations,
        kustomization('off', { spec: { suspend: true }, conditions: [notReady('BuildFailed', 'long ago')] }),
      ],
      helmreleases: [helmRelease('media', 'jellyfin', { spec: { suspend: true } })],
      helmrepositories: [
        source('flux-system', 'charts', { spec: { type: 'oci' }, status: { conditions: [] } }),
      ],
      'helm-releases': [
        release('media', 'jellyfin', 4, 'superseded'),
        release('media', 'jellyfin', 5, 'deployed'),
      ],
    });
    expect(judged).toMatchObject({ verdict: 'healthy', summary: '10 Ready · 2 suspended · main@4f1c2a9' });
    expect(judged.findings.map(f => `${f.severity} ${f.problem}`)).toEqual([
      'note suspended',
      'note suspended',
    ]);
  });

  it('are no concern of a cluster without Flux', () => {
    const given = { groups: ['apps'] };
    expect(judge({ kustomizations: [], gitrepositories: [] }, given)).toMatchObject({
      verdict: 'unknown',
      reason: 'not-configured',
      findings: [],
    });
  });

  it('are not green when there are none: not yet, or gone with their definitions', () => {
    const none = { kustomizations: [], gitrepositories: [] };
    expect(judge(none)).toMatchObject({ verdict: 'unknown', reason: 'no-evidence' });
    const absent = { state: 'absent' } as const;
    const freshness = { kustomizations: absent, helmreleases: absent };
    expect(judge(none, { freshness })).toMatchObject({ verdict: 'unknown', reason: 'hidden' });
  });

  it.each([
    [1, 9, 'degraded'],
    [4, 6, 'degraded'],
    [5, 5, 'down'],
  ])('with %i of %i more failing are %s', (bad, good, verdict) => {
    const broken = Array.from({ length: bad }, (_, i) =>
      failing(`bad-${i}`, 'BuildFailed', 'kustomize build failed: x'),
    );
    const judged = judge({ kustomizations: [root(), ...apps(good - 1), ...broken] });
    expect(judged).toMatchObject({ verdict, summary: `${bad} of ${bad + good} failing` });
  });

  it('are down when the root fails, however many are Ready', () => {
    const objects = {
      kustomizations: [
        root({ conditions: [notReady('BuildFailed', 'kustomization path not found')] }),
        ...apps(9),
      ],
    };
    expect(told(objects)).toEqual(['critical build-failed flux-system']);
    expect(judge(objects).verdict).toBe('down');
  });

  it('take a new generation as work in progress', () => {
    const changed = kustomization('new', {
      metadata: { generation: 3 },
      conditions: [{ ...ready(), observedGeneration: 2 }],
    });
    expect(judge({ kustomizations: [...healthy.kustomizations, changed] })).toMatchObject({
      verdict: 'progressing',
      summary: '1 of 11 reconciling · main@4f1c2a9',
    });
  });
});

describe('a source that fails', () => {
  const denied = git({
    conditions: [
      notReady(
        'GitOperationFailed',
        "unable to clone 'ssh://git@example.org/x': ssh: handshake failed: ssh: unable to authenticate",
      ),
    ],
  });

  it('is charged once, and is down at the root though all keep their last artifact', () => {
    const judged = judge({ gitrepositories: [denied] });
    expect(judged.verdict).toBe('down');
    expect(judged.findings).toMatchObject([
      {
        problem: 'source-failed',
        severity: 'critical',
        signature: 'S60',
        object: { kind: 'GitRepository', name: 'flux-system' },
      },
    ]);
    expect(judged.summary).toBe('10 Ready · 1 source failing');
    expect(judged.findings[0]?.message).toContain('10 keep its last artifact');
  });

  it('blocks what waits for its artifact', () => {
    const stuck = apps(9, {
      conditions: [notReady('ArtifactFailed', 'Source artifact not found, retrying in 30s')],
    });
    const judged = judge({ kustomizations: [root(), ...stuck], gitrepositories: [denied] });
    expect(judged).toMatchObject({ verdict: 'down', summary: '9 of 10 failing' });
    expect(judged.findings).toHaveLength(1);
    expect(judged.findings[0]?.message).toContain('blocks 9');
  });

  it('is followed from the release over its chart to the repository', () => {
    const from = { kind: 'HelmRepository', name: 'charts' };
    const objects = {
      helmreleases: [
        helmRelease('media', 'plex', {
          spec: {
            chart: {
              spec: { chart: 'plex', version: '1.0.0', sourceRef: { ...from, namespace: 'flux-system' } },
            },
          },
          conditions: [notReady('SourceNotReady', "HelmChart 'flux-system/media-plex' is not ready")],
        }),
      ],
      helmcharts: [
        source('flux-system', 'media-plex', {
          spec: { sourceRef: from },
          conditions: [notReady('NoSourceArtifact', 'no artifact available')],
        }),
      ],
      helmrepositories: [
        source('flux-system', 'charts', {
          conditions: [notReady('Failed', 'failed to fetch Helm repository index: 503')],
        }),
      ],
    };
    expect(told(objects)).toEqual(['critical source-failed charts']);
    expect(judge(objects).findings[0]).toMatchObject({ signature: 'S63' });
  });

  it('is not the excuse of what fails by itself', () => {
    const objects = {
      kustomizations: [root(), ...apps(8), failing('app-x', 'BuildFailed', 'cannot get sops data key')],
      gitrepositories: [
        git(),
        source('flux-system', 'other', { conditions: [notReady('GitOperationFailed', 'EOF')] }),
      ],
    };
    expect(told(objects)).toEqual(['warning decryption-failed app-x', 'warning source-failed other']);
  });
});

describe('dependencies', () => {
  it('leave only the first failure red, with the number that it blocks', () => {
    const objects = {
      kustomizations: [
        root(),
        failing(
          'a',
          'HealthCheckFailed',
          "timeout waiting for: [Deployment/default/web status: 'InProgress']",
        ),
        waiting('b', 'a'),
        waiting('c', 'b'),
        ...apps(7),
      ],
    };
    expect(told(objects)).toEqual(['critical health-check-failed a']);
    const judged = judge(objects);
    expect(judged).toMatchObject({
      verdict: 'degraded',
      summary: '3 of 11 failing',
      findings: [{ signature: 'S71' }],
    });
    expect(judged.findings[0]?.message).toContain('blocks 2');
  });

  it('that do not exist are a mistake of the one that names them', () => {
    const wrong = kustomization('b', {
      spec: { dependsOn: [{ name: 'ghost' }] },
      conditions: [notReady('DependencyNotReady', "dependency 'flux-system/ghost' not found")],
    });
    const objects = { kustomizations: [root(), wrong, ...apps(8)] };
    expect(told(objects)).toEqual(['warning dependency-missing b']);
    const worded = { kustomizations: [root(), waiting('b', 'ghost'), ...apps(8)] };
    expect(told(worded)).toEqual(['warning dependency-missing b']);
  });

  it('that work make the waiting one progress, not fail', () => {
    const objects = { kustomizations: [root(), kustomization('a'), waiting('b', 'a')] };
    expect(judge(objects)).toMatchObject({ verdict: 'progressing', findings: [] });
  });

  it('that are suspended before they were ready are named at the one that waits', () => {
    const off = kustomization('a', { spec: { suspend: true }, conditions: [] });
    const lines = told({ kustomizations: [root(), off, waiting('b', 'a'), ...apps(8)] });
    expect(lines).toEqual(['warning dependency-not-ready b', 'note suspended a']);
  });

  it('in a circle are reported once', () => {
    const circle = [waiting('a', 'b'), waiting('b', 'a'), waiting('z', 'a')];
    const objects = { kustomizations: [root(), ...circle, ...apps(8)] };
    expect(told(objects)).toEqual(['critical dependency-not-ready a']);
    expect(judge(objects).summary).toBe('3 of 12 failing');
  });

  it('include what a parent applied and waits for', () => {
    const parent = failing(
      'parent',
      'HealthCheckFailed',
      "timeout waiting for: [HelmRelease/media/jellyfin status: 'Failed']",
    );
    const child = helmRelease('media', 'jellyfin', {
      conditions: [
        notReady('RollbackSucceeded', 'Helm rollback to previous release media/jellyfin.v4 succeeded'),
        { ...notReady('UpgradeFailed', 'Helm upgrade failed: context deadline exceeded'), type: 'Released' },
      ],
    });
    const objects = { kustomizations: [root(), parent, ...apps(8)], helmreleases: [child] };
    expect(told(objects)).toEqual(['critical release-failed jellyfin']);
  });
});

describe('one application', () => {
  const one = (reason: string, message: string) => ({
    kustomizations: [root(), ...apps(8), failing('x', reason, message)],
  });

  it.each([
    [
      'decryption-failed',
      'S64',
      'BuildFailed',
      'cannot get sops data key: no identity matched any of the recipients',
    ],
    ['build-failed', 'S68', 'BuildFailed', 'kustomize build failed: accumulating resources'],
    ['build-failed', 'S67', 'BuildFailed', "substitute from 'Secret/cluster-secrets' error: not found"],
    ['apply-failed', 'S59', 'ReconciliationFailed', 'no matches for kind "Deploymint" in version "apps/v1"'],
    [
      'webhook-blocks',
      'S82',
      'ReconciliationFailed',
      'failed calling webhook "validate.kyverno.svc-fail": x',
    ],
    [
      'health-check-failed',
      'S71',
      'HealthCheckFailed',
      "timeout waiting for: [Deployment/a/b status: 'Failed']",
    ],
    [
      'source-failed',
      'S45',
      'ArtifactFailed',
      'lookup source-controller.flux-system.svc on 10.43.0.10:53: i/o timeout',
    ],
  ])('fails with %s (%s)', (problem, signature, reason, message) => {
    expect(judge(one(reason, message)).findings).toMatchObject([
      { problem, signature, object: { name: 'x' } },
    ]);
  });

  it('that was rolled back tells what failed, not that the rollback succeeded', () => {
    const object = helmRelease('media', 'jellyfin', {
      conditions: [
        notReady('RollbackSucceeded', 'Helm rollback succeeded'),
        {
          ...notReady(
            'UpgradeFailed',
            'Helm upgrade failed: resource Deployment/media/jellyfin not ready. status: Failed',
          ),
          type: 'Released',
        },
      ],
    });
    const [found] = judge({ helmreleases: [object] }).findings;
    expect(found).toMatchObject({ problem: 'release-failed', signature: 'S78' });
    expect(found?.message).toMatch(/^UpgradeFailed: Helm upgrade failed/);
  });

  it('that used up its retries will not go on by itself', () => {
    const object = helmRelease('media', 'jellyfin', {
      conditions: [
        {
          type: 'Stalled',
          status: 'True',
          reason: 'RetriesExceeded',
          message: 'Failed to upgrade after 4 attempt(s)',
        },
        notReady('UpgradeFailed', 'Helm upgrade failed: context deadline exceeded'),
      ],
    });
    const [found] = judge({ helmreleases: [object] }).findings;
    expect(found).toMatchObject({ problem: 'retries-exhausted', signature: 'S79' });
    expect(found?.message).toContain('context deadline exceeded');
  });

  it('tells which pod it waits for in vain', () => {
    const pod = {
      ...creatingPod('media', 'jellyfin-7d9-x', 'k8s-1', { 'app.kubernetes.io/instance': 'jellyfin' }),
      status: {
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'main',
            state: { waiting: { reason: 'ImagePullBackOff', message: 'tag 9.9.9 not found' } },
          },
        ],
      },
    };
    const conditions = [notReady('UpgradeFailed', 'Helm upgrade failed: context deadline exceeded')];
    const release = judge({
      helmreleases: [helmRelease('media', 'jellyfin', { conditions })],
      'pods-pending': [pod],
    });
    expect(release.findings[0]?.message).toContain(
      'pod jellyfin-7d9-x: ImagePullBackOff: tag 9.9.9 not found',
    );
    const named = judge({
      ...one('HealthCheckFailed', "timeout waiting for: [Deployment/media/jellyfin status: 'InProgress']"),
      'pods-pending': [pod],
    });
    expect(named.findings[0]?.message).toContain('pod jellyfin-7d9-x');
    const other = judge({ ...one('BuildFailed', 'kustomize build failed: x'), 'pods-pending': [pod] });
    expect(other.findings[0]?.message).not.toContain('pod');
  });

  it('keeps its last result while it is reconciled for a moment', () => {
    const working = (seconds: number, last: string) =>
      kustomization('x', {
        conditions: [
          {
            type: 'Ready',
            status: 'Unknown',
            reason: 'Progressing',
            message: 'Reconciliation in progress',
            lastTransitionTime: ago(seconds),
          },
        ],
        status: { history: [{ lastReconciledStatus: last }] },
      });
    const verdict = (object: unknown) => judge({ kustomizations: [root(), ...apps(8), object] }).verdict;
    expect(verdict(working(5, 'ReconciliationSucceeded'))).toBe('healthy');
    expect(verdict(working(5, 'HealthCheckFailed'))).toBe('degraded');
    expect(verdict(working(200, 'HealthCheckFailed'))).toBe('degraded');
    expect(verdict(working(200, 'ReconciliationSucceeded'))).toBe('progressing');
    expect(verdict(working(2000, 'ReconciliationSucceeded'))).toBe('degraded');
  });

  it('that failed before stays failing while it is tried again', () => {
    const object = helmRelease('media', 'jellyfin', {
      conditions: [
        {
          type: 'Ready',
          status: 'Unknown',
          reason: 'Progressing',
          message: "Running 'upgrade' action",
          lastTransitionTime: ago(200),
        },
        { ...notReady('UpgradeFailed', 'Helm upgrade failed: context deadline exceeded'), type: 'Released' },
      ],
      status: { failures: 2, history: [{ status: 'deployed' }] },
    });
    const [found] = judge({ helmreleases: [object] }).findings;
    expect(found).toMatchObject({ problem: 'release-failed', signature: 'S78' });
    expect(found?.message).toBe(
      'UpgradeFailed: Helm upgrade failed: context deadline exceeded · tried again for 3m20s',
    );
  });

  it('that was never looked at is new for a while, then not reconciled', () => {
    const unseen = (seconds: number) =>
      kustomization('x', { conditions: [], metadata: { creationTimestamp: ago(seconds) } });
    expect(judge({ kustomizations: [root(), unseen(20), ...apps(8)] }).verdict).toBe('progressing');
    expect(told({ kustomizations: [root(), unseen(2000), ...apps(8)] })).toEqual([
      'warning not-reconciled x',
    ]);
  });
});

describe('a namespace that is being deleted', () => {
  const dying = (seconds: number) => ({
    metadata: { name: 'observability', deletionTimestamp: ago(seconds) },
    status: {
      phase: 'Terminating',
      conditions: [
        {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message: 'Some content has finalizers remaining',
        },
      ],
    },
  });
  const refused = failing(
    'grafana',
    'ReconciliationFailed',
    'HelmRelease/observability/grafana dry-run failed: helmreleases "grafana" is forbidden: unable to create new content in namespace observability because it is being terminated',
  );
  const objects = (seconds: number) => ({
    kustomizations: [root(), ...apps(8), refused, waiting('dashboards', 'grafana')],
    namespaces: [dying(seconds)],
  });

  it('takes the blame for what cannot be applied into it, and is told once', () => {
    expect(judge(objects(600))).toMatchObject({
      verdict: 'degraded',
      summary: '2 of 11 failing',
      findings: [],
    });
    const all = judgeAll(snapshotOf({ objects: { ...healthy, ...objects(600) } })).get('apps');
    expect(all?.findings).toMatchObject([
      {
        problem: 'namespace-terminating',
        signature: 'S85',
        object: { kind: 'Namespace', name: 'observability' },
      },
    ]);
  });

  it('is progress at first', () => {
    expect(judge(objects(20)).verdict).toBe('progressing');
  });

  it('is no excuse when it is not known to be dying', () => {
    expect(told({ ...objects(600), namespaces: [] })).toEqual(['critical apply-failed grafana']);
  });
});

describe('claims of Ready', () => {
  // Interval 10m, so 2 x 10m + 9m30s + 1m: stale after 30m30s.
  it('hold until two runs and a deadline have passed', () => {
    expect(judge({ kustomizations: [root({ written: 1800 }), ...apps(9, { written: 1800 })] }).verdict).toBe(
      'healthy',
    );
  });

  it('become a memory when most are older than that', () => {
    const judged = judge({ kustomizations: [root({ written: 2400 }), ...apps(9, { written: 2400 })] });
    expect(judged).toMatchObject({
      verdict: 'unknown',
      reason: 'stale',
      stale: true,
      summary: 'says 10 Ready; last proof 40m ago',
      confirmedAt: NOW - 2_400_000,
    });
  });

  it('are doubted one by one while the others are fresh', () => {
    const old = kustomization('old', { written: 2400 });
    const judged = judge({ kustomizations: [...healthy.kustomizations, old] });
    expect(judged).toMatchObject({ verdict: 'degraded', stale: false });
    expect(judged.findings).toMatchObject([
      { problem: 'not-reconciled', message: 'says Ready, last proof 40m ago', object: { name: 'old' } },
    ]);
  });

  it('are proven by the history as well as by a status write', () => {
    const object = kustomization('old', {
      written: 2400,
      status: { history: [{ lastReconciled: ago(30), lastReconciledStatus: 'ReconciliationSucceeded' }] },
    });
    expect(judge({ kustomizations: [...healthy.kustomizations, object] }).verdict).toBe('healthy');
  });

  it('are a memory at once when the controllers do not act', () => {
    const flux = (given: Partial<Judgement>) => new Map([['flux', given as Judgement] as const]);
    expect(judge({}, {}, flux({ verdict: 'down', stale: false }))).toMatchObject({
      verdict: 'unknown',
      stale: true,
      summary: 'says 10 Ready; last proof 1m00s ago',
    });
    expect(judge({}, {}, flux({ verdict: 'unknown', stale: true }))).toMatchObject({ stale: true });
    expect(judge({}, {}, flux({ verdict: 'degraded', stale: false }))).toMatchObject({ verdict: 'healthy' });
  });
});

describe('Helm locks', () => {
  const pending = (seconds: number) => ({
    'helm-releases': [release('kube-system', 'cilium', 8, 'pending-upgrade', seconds)],
  });

  it('are leftovers after ten minutes, and work before', () => {
    const judged = judge(pending(1200));
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings).toMatchObject([
      {
        problem: 'release-pending',
        severity: 'warning',
        signature: 'S73',
        chargedTo: 'cni',
        object: { kind: 'Release', namespace: 'kube-system', name: 'cilium' },
      },
    ]);
    expect(judge(pending(60))).toMatchObject({ verdict: 'healthy', findings: [{ severity: 'note' }] });
  });

  it('are told once, by the HelmRelease that they stop', () => {
    const owner = (conditions: unknown[]) => helmRelease('media', 'jellyfin', { conditions });
    const locked = { 'helm-releases': [release('media', 'jellyfin', 5, 'pending-upgrade', 1200)] };
    const says = owner([
      notReady('UpgradeFailed', 'another operation (install/upgrade/rollback) is in progress'),
    ]);
    expect(told({ ...locked, helmreleases: [says] })).toEqual(['warning release-pending jellyfin']);
    const quiet = judge({ ...locked, helmreleases: [owner([ready()])] });
    expect(quiet.findings).toMatchObject([
      { problem: 'release-pending', object: { kind: 'HelmRelease', name: 'jellyfin' } },
    ]);
  });
});

describe('access', () => {
  it('to applications decides, to sources only adds', () => {
    const refused = { state: 'failed', reason: 'rbac', message: 'no' } as never;
    expect(judge({}, { freshness: { helmreleases: refused } })).toMatchObject({
      verdict: 'unknown',
      reason: 'rbac',
    });
    const partly = judge({}, { freshness: { buckets: refused } });
    expect(partly).toMatchObject({
      verdict: 'healthy',
      findings: [{ problem: 'not-readable', severity: 'note' }],
    });
  });

  it('may be missing for kinds that are not served', () => {
    expect(judge({}, { freshness: { helmreleases: { state: 'absent' } } }).verdict).toBe('healthy');
  });
});
