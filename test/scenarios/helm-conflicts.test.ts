import { expect, it } from 'vitest';
import { failureId } from '../../src/recovery/tried.ts';
import {
  bench,
  best,
  commands,
  healthy,
  nameOf,
  planned,
  ran,
  simulation,
  texts,
  WITHIN_MS,
  wanted,
} from './repair-stage.ts';

wanted.helm = 4;

const corednsReplicas = () =>
  simulation.world.get('apps/deployments', 'kube-system', 'coredns')?.spec.replicas;

it('a field that somebody else owns stops helm 4, is named, and is overruled by the action for it', async () => {
  // Flux would repair it by itself meanwhile, with Git's version.
  suspendFlux(true);
  await bench.until(
    'Flux aside',
    ({ snapshot }) => snapshot.streams.helmreleases.items.get('kube-system/coredns')?.spec?.suspend === true,
    WITHIN_MS,
  );
  const { success } = planned('sync-release', 'coredns');
  // As `kubectl scale` does it: from now on kubectl owns the number of replicas.
  await scaleByHand(0);
  await bench.until('no replica', ({ diagnosis }) => diagnosis.root?.layer === 'dns', WITHIN_MS);
  const refused = await bench.perform(planned('sync-release', 'coredns'), WITHIN_MS);
  expect(refused.state).toBe('failed');
  expect(texts(refused).join('\n')).toMatch(
    /Apply failed with 1 conflict: conflict with "kubectl"[^\n]*: \.spec\.replicas/,
  );
  const [tried] = bench.bench().tried ?? [];
  expect(tried === undefined ? null : failureId(tried)).toBe('S77');
  const offered = await bench.until(
    'the way out',
    now => nameOf(best(now)) === 'force-conflicts coredns',
    WITHIN_MS,
  );
  const remedy = best(offered);
  if (remedy === null) throw new Error('nothing is offered');
  expect(remedy).toMatchObject({ danger: 3, blockedBy: null, plan: { typedWord: 'coredns', success } });
  expect(commands(remedy.plan).join('\n')).toContain('sync --hide-notes --sync-args --force-conflicts');
  const run = await bench.perform(remedy.plan, WITHIN_MS);
  expect([run.state, run.failure]).toEqual(['succeeded', null]);
  ran(run, remedy.plan);
  expect(corednsReplicas()).toBe(2);
  suspendFlux(false);
  await healthy();
});

function suspendFlux(suspend: boolean): void {
  simulation.world.update('helm.toolkit.fluxcd.io/helmreleases', 'kube-system', 'coredns', draft => {
    draft.spec.suspend = suspend;
  });
}

async function scaleByHand(replicas: number): Promise<void> {
  const { url, env } = simulation;
  const token = JSON.parse((await import('node:fs')).readFileSync(env.KUBECONFIG, 'utf8')).users[0].user
    .token;
  const answer = await fetch(
    `${url}/apis/apps/v1/namespaces/kube-system/deployments/coredns?fieldManager=kubectl`,
    {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { replicas } }),
    },
  );
  expect(answer.status).toBe(200);
}
