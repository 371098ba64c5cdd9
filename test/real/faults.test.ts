import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageLock, check, checkUntil, environment, isRunning, script } from './real-cluster.ts';

/** What each fault of the real cluster must be called: the layer, the kind and the name of the object to repair. */
const named: readonly (readonly [string, string, string | null, string | null])[] = [
  ['cilium-gone', 'cni', 'DaemonSet', 'kube-system/cilium'],
  ['coredns-zero', 'dns', 'Deployment', 'kube-system/coredns'],
  ['coredns-crash', 'dns', 'Deployment', 'kube-system/coredns'],
  ['kubedns-svc-gone', 'service-discovery', 'Service', 'kube-system/kube-dns'],
  ['flux-gone', 'flux', 'Deployment', 'flux-system/source-controller'],
  ['flux-instance-gone', 'flux', 'FluxInstance', 'flux-system/flux'],
  ['kustomize-bad', 'apps', 'Kustomization', 'flux-system/web'],
  ['kustomize-invalid', 'apps', 'Kustomization', 'flux-system/web'],
  ['helmrelease-bad', 'apps', 'HelmRelease', 'media/player'],
  ['app-bad-image', 'apps', 'Kustomization', 'flux-system/web'],
  ['gitserver-stop', 'apps', 'GitRepository', 'flux-system/flux-system'],
  ['helm-pending', 'apps', 'Release', 'kube-system/spegel'],
  ['helm-pending-first', 'apps', 'Release', 'leftover/leftover'],
  ['kubelet-stop', 'nodes', 'Node', 'k8s-1'],
  ['containerd-stop', 'nodes', 'Node', 'k8s-1'],
  ['etcd-stop', 'api', null, null],
  ['kube-controller-manager-stop', 'api', 'Lease', 'kube-system/kube-controller-manager'],
  ['kube-scheduler-stop', 'api', 'Lease', 'kube-system/kube-scheduler'],
  ['kube-apiserver-stop', 'api', null, null],
];

describe.skipIf(!isRunning())('each real fault', () => {
  const env = isRunning() ? environment() : {};
  beforeAll(() => script('fix.sh'));
  afterAll(() => script('fix.sh'));

  it.each(named)('%s is called by its name, and its repair is seen', async (fault, layer, kind, name) => {
    await checkUntil(env, ({ report }) => report.verdict === 'healthy', 150_000);
    script('break.sh', fault);
    if (fault.startsWith('helm-pending')) ageLock(env, fault === 'helm-pending' ? 'spegel' : 'leftover');
    const { report, code } = await checkUntil(
      env,
      ({ report: seen }) => fits(seen.root, layer, kind, name),
      280_000,
    );
    expect(code).not.toBe(0);
    expect(report.layers.find((one: { id: string }) => one.id === layer).verdict).not.toBe('healthy');
    script('fix.sh');
  });

  it('a kube-proxy that hangs, of which no object tells, is found by a probe', async () => {
    await checkUntil(env, ({ report }) => report.verdict === 'healthy', 150_000);
    const sound = check(env, '--probe');
    expect({ code: sound.code, root: sound.report.root }).toEqual({ code: 0, root: null });
    script('break.sh', 'kube-proxy-stop');
    const { report, code } = check(env, '--probe');
    expect([code, report.root.layer, report.root.object]).toEqual([
      2,
      'cni',
      expect.objectContaining({ kind: 'Node', name: 'k8s-1' }),
    ]);
    expect(report.root.problem).toBe('service-routing');
    script('fix.sh');
    expect(check(env, '--probe').code).toBe(0);
  });

  it('a cordoned node is a note, not a fault', async () => {
    await checkUntil(env, ({ report }) => report.verdict === 'healthy', 150_000);
    script('break.sh', 'cordon');
    const { report, code } = await checkUntil(env, ({ report: seen }) => cordoned(seen), 30_000);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'healthy' });
  });
});

interface Seen {
  readonly layers: readonly { readonly findings: readonly { readonly problem: string }[] }[];
}

function cordoned(seen: Seen): boolean {
  return seen.layers.some(layer => layer.findings.some(finding => finding.problem === 'cordoned'));
}

interface SeenRoot {
  readonly layer: string;
  readonly object: { readonly kind: string; readonly namespace: string | null; readonly name: string } | null;
}

function fits(root: SeenRoot | null, layer: string, kind: string | null, name: string | null): boolean {
  if (root === null || root.layer !== layer) return false;
  if (root.object === null) return kind === null;
  const full =
    root.object.namespace === null ? root.object.name : `${root.object.namespace}/${root.object.name}`;
  return root.object.kind === kind && full === name;
}
