import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bench } from '../../src/recovery/action.ts';
import { planAction } from '../../src/recovery/offer.ts';
import type { Plan } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import {
  bench,
  best,
  commands,
  fault,
  healthy,
  nameOf,
  open,
  planned,
  ran,
  SLOW_MS,
  simulation,
  texts,
  WITHIN_MS,
} from './repair-stage.ts';

describe('what is broken is repaired by the best remedy, and called repaired only when the watch saw it', () => {
  const sync = (name: string) =>
    new RegExp(
      `^helmfile --file bootstrap/helmfile.yaml --kube-context demo --selector name=${name} sync --hide-notes$`,
    );
  it.each<[string, string, readonly RegExp[], string]>([
    ['cni-gone', 'sync-release cilium', [sync('cilium')], 'cni'],
    [
      'coredns-zero',
      'scale-coredns Deployment kube-system/coredns',
      [/^kubectl .*scale deployment\/coredns --replicas=2$/],
      'dns',
    ],
    ['coredns-loop', 'sync-release coredns', [sync('coredns')], 'service-discovery'],
    ['dns-service-gone', 'sync-release coredns', [sync('coredns')], 'service-discovery'],
    [
      'dns-service-ip',
      'recreate-dns-service Service kube-system/kube-dns',
      [/delete service kube-dns$/, sync('coredns')],
      'service-discovery',
    ],
    ['flux-gone', 'install-flux', [sync('flux-operator'), sync('flux-instance')], 'flux'],
    ['flux-instance-gone', 'sync-release flux-instance', [sync('flux-instance')], 'flux'],
    [
      'helm-pending',
      'clear-helm-lock flux-operator',
      [
        /get secret \S+\.v\d+ --output=yaml > helm-record.yaml$/,
        /delete secret \S+\.v\d+$/,
        sync('flux-operator'),
      ],
      'flux',
    ],
    [
      'controller-lease-stale',
      'restart-rollout Deployment flux-system/kustomize-controller',
      [/rollout restart/],
      'flux',
    ],
  ])('%s by %s', async (name, answer, wanted, layer) => {
    try {
      fault(name).break();
      const fits = (now: Bench) => nameOf(best(now)) === answer && best(now)?.blockedBy === null;
      const seen = await bench.until(`${name} by ${answer}`, fits, WITHIN_MS);
      const plan = best(seen)?.plan as Plan;
      const shown = commands(plan).filter(command => !command.includes('patch helmrelease/'));
      expect(shown.map((command, i) => wanted[i]?.test(command) === true || command)).toEqual(
        wanted.map(() => true),
      );
      expect(plan.success.layer).toBe(layer);
      const run = await bench.perform(plan, WITHIN_MS);
      expect([run.state, run.failure]).toEqual(['succeeded', null]);
      ran(run, plan);
      await healthy();
    } finally {
      fault(name).undo();
    }
  });

  it('several missing releases by one plan, gated on the layers that it rebuilds', async () => {
    simulation.world.remove('apps/daemonsets', 'kube-system', 'cilium');
    simulation.world.remove('apps/deployments', 'kube-system', 'coredns');
    const seen = await bench.until('rebuild', now => nameOf(best(now)) === 'rebuild', WITHIN_MS);
    const plan = best(seen)?.plan as Plan;
    expect(plan.steps.map(step => [step.title, step.gate?.layer])).toEqual([
      ['suspend cilium', undefined],
      ['suspend coredns', undefined],
      ['sync cilium', 'cni'],
      ['sync coredns', undefined],
      ['resume cilium', undefined],
      ['resume coredns', undefined],
      ['reconcile Kustomization flux-system/flux-system', undefined],
    ]);
    const run = await bench.perform(plan, WITHIN_MS);
    expect([run.state, run.failure]).toEqual(['succeeded', null]);
    expect(texts(run)).toContain(`waits for: ${plan.steps[2]?.gate?.text}`);
    await healthy();
  });

  it('without a repository by the manifest that Helm stored, through a private file and no pipe', async () => {
    const bare = await open({ workshop: found => ({ ...found, repository: null }) });
    try {
      fault('flux-instance-gone').break();
      const seen = await bare.until(
        'the manifest',
        now => nameOf(best(now)) === 'apply-manifest flux-instance',
        WITHIN_MS,
      );
      const plan = best(seen)?.plan as Plan;
      expect(commands(plan)).toEqual([
        'helm --kube-context demo --namespace flux-system get manifest flux-instance > manifest.yaml',
        'kubectl --context demo --namespace flux-system apply --server-side --field-manager=helm --filename manifest.yaml',
      ]);
      const run = await bare.perform(plan, WITHIN_MS);
      expect([run.state, run.failure]).toEqual(['succeeded', null]);
      // What was read never stands in the log, and the file is gone.
      expect(texts(run).join('\n')).not.toContain('apiVersion');
      expect(readdirSync(join(run.logFile, '..'))).not.toContain('tmp');
      await healthy();
    } finally {
      await bare.close();
      fault('flux-instance-gone').undo();
    }
  });
});

describe('an action by name', () => {
  it.each<[string, string | null, RegExp]>([
    [
      'reconcile',
      'Kustomization flux-system/flux-system',
      /^flux .*reconcile kustomization flux-system --with-source/,
    ],
    [
      'reset-helmrelease',
      'HelmRelease media/immich',
      /^flux .*reconcile helmrelease immich --with-source --reset --force/,
    ],
    ['suspend', 'Kustomization flux-system/flux-system', /"suspend":true/],
    ['resume', 'Kustomization flux-system/flux-system', /"suspend":false/],
    ['apply-crds', null, /--quiet template --include-crds > crds.yaml$/],
    ['take-ownership', 'spegel', /name=spegel sync --hide-notes --take-ownership$/],
    ['sync-all', null, /--kube-context demo sync --hide-notes$/],
    ['bootstrap', null, /^task --exit-code bootstrap:apps$/],
  ])('%s %s does what it shows', async (id, target, first) => {
    await bench.until(
      `${id} possible`,
      now => {
        const plan = planAction(id, target === null ? null : field(target), now);
        return plan?.guards.every(guard => guard.state !== 'blocking') === true;
      },
      SLOW_MS,
    );
    const plan = planned(id, target);
    expect(commands(plan).find(command => !command.includes('patch helmrelease/'))).toMatch(first);
    const run = await bench.perform(plan, SLOW_MS);
    expect([run.state, run.failure]).toEqual(['succeeded', null]);
    ran(run, plan);
  });

  it('uncordon, and delete-pod of a pod that its controller makes anew', async () => {
    const [node] = simulation.world.list('/nodes');
    simulation.world.update('/nodes', undefined, node?.metadata.name ?? '', draft => {
      draft.spec.unschedulable = true;
    });
    const target = `Node ${node?.metadata.name}`;
    await bench.until('cordoned', now => planAction('uncordon', field(target), now) !== null, WITHIN_MS);
    const uncordoned = await bench.perform(planned('uncordon', target), WITHIN_MS);
    expect(uncordoned.state).toBe('succeeded');
    const pod = simulation.world
      .list('/pods', 'kube-system')
      .find(one => one.metadata.labels?.['k8s-app'] === 'kube-dns');
    const deleted = await bench.perform(
      planned('delete-pod', `Pod kube-system/${pod?.metadata.name}`),
      WITHIN_MS,
    );
    expect([deleted.state, deleted.failure]).toEqual(['succeeded', null]);
    await healthy();
  });

  it('keeps a copy of a lock that it clears, for its owner only', () => {
    const runs = join(simulation.env.XDG_STATE_HOME, 'groundup/runs');
    const kept = readdirSync(runs)
      .map(id => join(runs, id, 'helm-record.yaml'))
      .filter(path => statSync(path, { throwIfNoEntry: false }));
    expect(kept.length).toBeGreaterThan(0);
    expect(statSync(kept[0] ?? '').mode & 0o777).toBe(0o600);
    expect(readFileSync(kept[0] ?? '', 'utf8')).toMatch(/sh\.helm\.release\.v1\.flux-operator\.v\d/);
  });
});
