import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { appsLayer } from '../../src/layers/apps.ts';
import { field } from '../../src/text/field.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, one } from './healthy-cluster.ts';
import { failKustomization } from './raw-flux.ts';
import { condition, creatingPod, type Raw } from './raw-objects.ts';

const REQUESTED = 'reconcile.fluxcd.io/requestedAt';
const judge = (change: (app: Raw, cluster: Cluster) => void) => {
  const cluster = healthyCluster();
  change(one(cluster, 'kustomizations', 'monitoring'), cluster);
  return appsLayer.judge(snapshotOf(cluster), new Map());
};

describe('a request to reconcile', () => {
  const asked = (at: string, handled?: string) => (app: Raw) => {
    app.metadata.annotations = { [REQUESTED]: at };
    app.status.lastHandledReconcileAt = handled;
  };

  test.each([
    ['an RFC 3339 time', ago(40)],
    ['seconds since the epoch', String(NOW / 1000 - 40)],
  ])('that nobody takes up, given as %s, is charged to Flux', (_form, at) => {
    const [found] = judge(asked(at, 'earlier')).findings;
    expect(found).toMatchObject({ problem: 'not-reconciled', severity: 'warning', chargedTo: 'flux' });
    expect(found?.message).toBe(
      'was asked to reconcile 40s ago and was not taken up: kustomize-controller does not work',
    );
  });

  test.each([
    ['was handled', asked(ago(40), ago(40))],
    ['is young', asked(ago(10))],
    ['cannot be dated', asked('now please')],
    [
      'is being worked on',
      (app: Raw) => {
        asked(ago(40))(app);
        app.status.conditions.push(condition('Reconciling', 'True', { reason: 'Progressing' }, 30));
      },
    ],
  ])('that %s is nothing to tell', (_what, change) => {
    expect(judge(change).findings).toEqual([]);
  });

  test('of something suspended is a note', () => {
    const judged = judge(app => {
      asked(ago(40))(app);
      app.spec.suspend = true;
    });
    expect(judged.verdict).toBe('healthy');
    expect(judged.findings.map(one => one.message)).toContain(
      'was asked to reconcile 40s ago, but is suspended',
    );
  });
});

describe('notes on applications', () => {
  test('tell how many are behind their source, once they should not be any more', () => {
    const behind = (updated: string) =>
      judge((_app, cluster) => {
        all(cluster, 'gitrepositories')[0].status.artifact = {
          revision: 'main@sha1:fedcba9876543210',
          lastUpdateTime: updated,
        };
      }).findings;
    expect(behind(ago(600))).toMatchObject([
      { severity: 'note', message: '2 applications are behind main@fedcba9: applied when next in turn' },
    ]);
    expect(behind(ago(30))).toEqual([]);
  });

  test('tell what is being worked on for longer than a moment', () => {
    const judged = judge(app => {
      app.status.conditions = [
        condition('Ready', 'Unknown', { reason: 'Progressing', message: 'Reconciliation in progress' }, 90),
        condition('Reconciling', 'True', { reason: 'Progressing', message: 'Running health checks' }, 90),
      ];
    });
    expect(judged.verdict).toBe('progressing');
    expect(judged.findings).toMatchObject([
      { severity: 'note', problem: 'rolling-out', message: 'reconciling for 1m30s: Running health checks' },
    ]);
  });
});

describe('a failed health check', () => {
  test('leads on to the object that it names, and to the pod that keeps it', () => {
    const cluster = healthyCluster();
    failKustomization(
      one(cluster, 'kustomizations', 'monitoring'),
      'HealthCheckFailed',
      "health check failed after 4m30s: timeout waiting for: [Deployment/media/plex status: 'InProgress', ConfigMap/media/x status: 'NotFound']",
    );
    const pod = creatingPod('media', 'plex-7d9f8c6b5d-x7k2d', 'k8s-1', {}, 400);
    pod.status.containerStatuses[0].state = { waiting: { reason: 'ImagePullBackOff', message: 'not found' } };
    all(cluster, 'pods-pending').push(pod);
    const { root } = diagnose(snapshotOf(cluster));
    expect(root?.object).toMatchObject({ kind: 'Kustomization', name: 'monitoring' });
    expect(root?.whys.slice(1).map(why => [why.object?.kind, why.object?.name, why.question])).toEqual([
      ['Deployment', 'plex', 'Why does what it applied not become healthy?'],
      ['Pod', 'plex-7d9f8c6b5d-x7k2d', 'Why does plex not become healthy?'],
    ]);
    expect(root?.whys.at(-1)?.answer).toContain('ImagePullBackOff');
  });

  test('that names what is not watched tells the status that it had', () => {
    const cluster = healthyCluster();
    failKustomization(
      one(cluster, 'kustomizations', 'monitoring'),
      'HealthCheckFailed',
      "failed early due to stalled resources: [ExternalSecret/media/key status: 'Failed']",
    );
    const last = diagnose(snapshotOf(cluster)).root?.whys.at(-1);
    expect(last?.object).toEqual({ kind: field('ExternalSecret'), namespace: 'media', name: 'key' });
    expect(last?.evidence).toEqual(['status Failed']);
  });
});
