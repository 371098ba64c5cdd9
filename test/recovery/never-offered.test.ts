import { expect, test } from 'vitest';
import { layerIds } from '../../src/layers/layer.ts';
import { problems as meanings, type Problem } from '../../src/layers/problems.ts';
import type { Tried } from '../../src/recovery/action.ts';
import { actions } from '../../src/recovery/actions/index.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import { remediesFor } from '../../src/recovery/offer.ts';
import { signatures } from '../../src/signatures/table.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { benchOf, component, fluxAlive, helmSecret, ref, rootOf, workshop } from './bench.ts';

/** What destroys more than any fault did: not offered, not even as words to type. */
const never: readonly RegExp[] = [
  /\bdelete\b.*\b(kustomizations?|fluxinstances?|gitrepositor(y|ies)|ocirepositor(y|ies)|helmreleases?|persistentvolumes?|persistentvolumeclaims?|pvc?|namespaces?|ns|crds?|customresourcedefinitions?|nodes?)\b/i,
  /\bhelm\b.*\b(uninstall|delete)\b/,
  /\bhelmfile\b.*\b(destroy|delete)\b/,
  /\bflux(-operator)?\b.*\buninstall\b/,
  /\btalosctl\b.*\b(reset|wipe|upgrade)\b/,
  /\betcdctl\b.*\b(member (remove|add)|del|snapshot restore)\b/,
  /\bhelm\b.*\brollback\b/,
  /--grace-period[= ]0|--force\b(?!-conflicts).*\bdelete\b|\bdelete\b.*--force\b/,
  /\bkubeadm reset\b|\brm -rf\b|\bcleanState\b/,
  /\bhelmfile\b.*--file \S*helmfile\.d\b(?!\/)/,
  /\|.*\bapply\b/,
];
const isAllowed = (line: string) => !never.some(one => one.test(line));

const flux = { path: '/usr/local/bin/flux', version: say`2.6.1` };
const kubectl = { path: '/usr/local/bin/kubectl', version: say`1.33.1` };
const task = { path: '/usr/local/bin/task', version: null };
const objects = {
  'deployments-system': [{ metadata: { name: 'coredns', namespace: 'kube-system' }, spec: { replicas: 0 } }],
  daemonsets: [{ metadata: { name: 'cilium', namespace: 'kube-system' } }],
  'deployments-flux': fluxAlive,
  'pods-system': [{ metadata: { name: 'coredns-1', namespace: 'kube-system' } }],
  'services-system': [{ metadata: { name: 'kube-dns', namespace: 'kube-system' } }],
  nodes: [
    {
      metadata: { name: 'k8s-1' },
      spec: {
        unschedulable: true,
        taints: [{ key: 'node.cilium.io/agent-not-ready', effect: 'NoSchedule' }],
      },
    },
  ],
  kustomizations: [
    { metadata: { name: 'apps', namespace: 'flux-system' } },
    { metadata: { name: 'asleep', namespace: 'flux-system' }, spec: { suspend: true } },
  ],
  helmreleases: [{ metadata: { name: 'spegel', namespace: 'kube-system' } }],
  gitrepositories: [{ metadata: { name: 'flux-system', namespace: 'flux-system' } }],
  fluxinstances: [{ metadata: { name: 'flux', namespace: 'flux-system' } }],
  'validating-webhooks': [{ metadata: { name: 'policy' }, webhooks: [{ name: 'a', failurePolicy: 'Fail' }] }],
  'helm-releases': [
    helmSecret('flux-instance', 'flux-system', 3, 'deployed', 9_000),
    helmSecret('cilium', 'kube-system', 4, 'pending-upgrade', 9_000),
    helmSecret('leftover', 'default', 1, 'pending-install', 9_000),
  ],
};
const gone = (name: string, namespace: string) => ({
  ...component(name, namespace, null),
  verdict: 'down' as const,
  findings: [{ problem: 'missing' as const, message: say`not installed` }],
});
const bench = {
  ...benchOf({
    objects,
    components: [gone('cilium', 'kube-system'), gone('coredns', 'kube-system')],
    workshop: {
      tools: { ...workshop.tools, flux, kubectl, task },
      repository: { ...workshop.repository, taskfile: say`Taskfile.yaml`, crds: say`bootstrap/crds.yaml` },
    },
  }),
};

test('no plan of any action holds a command that destroys', () => {
  const seen = new Set<string>();
  for (const action of actions)
    for (const target of action.targets(bench)) {
      const plan = action.plan(target, bench);
      if (plan !== null) seen.add(action.id);
      for (const words of commandsOf(plan?.steps ?? [])) expect(words.join(' ')).toSatisfy(isAllowed);
      for (const step of plan?.steps ?? [])
        if (step.kind === 'api' && step.method === 'DELETE')
          expect(step.path).toMatch(/\/(pods|services|secrets)\/[^/]+$/);
    }
  expect(actions.map(action => action.id).filter(id => !seen.has(id))).toEqual([]);
});

test('no remedy for any problem, before or after any failure, says one', () => {
  const places = [
    null,
    ref('DaemonSet', 'kube-system', 'cilium'),
    ref('Node', null, 'k8s-1'),
    ref('FluxInstance', 'flux-system', 'flux'),
    ref('Namespace', null, 'media'),
    ref('HelmRelease', 'kube-system', 'spegel'),
    ref('Kustomization', 'flux-system', 'apps'),
  ];
  const failures = [null, ...[...signatures.values()].map(one => one.meaning)];
  const failed = (failure: string | null): readonly Tried[] =>
    failure === null
      ? []
      : [
          {
            action: 'sync-release',
            target: say`cilium`,
            state: 'failed',
            failure: field(failure),
            endedAt: bench.now,
          },
        ];
  let lines = 0;
  for (const problem of Object.keys(meanings) as Problem[])
    for (const layer of layerIds)
      for (const object of places) {
        const failure = failures[lines % failures.length] ?? null;
        for (const { commands } of remediesFor(rootOf(layer, problem, object), {
          ...bench,
          tried: failed(failure),
        }))
          for (const words of commands) {
            lines += 1;
            expect(words.join(' ')).toSatisfy(isAllowed);
          }
      }
  expect(lines).toBeGreaterThan(1_000);
});

test.each([
  'kubectl delete kustomization cluster-apps',
  'helm uninstall cilium --namespace kube-system',
  'helmfile --file x destroy',
  'flux uninstall',
  'talosctl -n k8s-1 reset',
  'helm rollback cilium 3',
  'kubectl delete pod x --grace-period=0',
  'helm get manifest flux-instance | kubectl apply -f -',
])('the list knows %s', line => {
  expect(isAllowed(line)).toBe(false);
});
