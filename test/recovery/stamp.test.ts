import { describe, expect, test } from 'vitest';
import { planAction } from '../../src/recovery/offer.ts';
import { stamped } from '../../src/recovery/stamp.ts';
import { field } from '../../src/text/field.ts';
import { benchOf, fluxAlive } from './bench.ts';

const helmrelease = {
  metadata: { name: 'coredns', namespace: 'kube-system', uid: 'u1' },
  spec: { interval: '1h' },
};
const daemonset = { metadata: { name: 'cilium', namespace: 'kube-system', uid: 'u2' } };
const bench = benchOf({
  objects: { helmreleases: [helmrelease], 'deployments-flux': fluxAlive, daemonsets: [daemonset] },
});

describe('a plan', () => {
  test.each([
    ['sync-release', 'coredns'],
    ['reconcile', 'HelmRelease kube-system/coredns'],
    ['reset-helmrelease', 'HelmRelease kube-system/coredns'],
    ['restart-rollout', 'DaemonSet kube-system/cilium'],
  ])('%s %s is the same one at each look at the same snapshot', (action, target) => {
    const plan = planAction(action, field(target), bench);
    expect(plan).not.toBeNull();
    const later = planAction(action, field(target), { ...bench, now: bench.now + 90_000 });
    expect(later).toEqual(plan);
  });

  test('gets the moment of its start into what it sends and what it says', () => {
    const plan = planAction('sync-release', field('coredns'), bench);
    if (plan === null) throw new Error('no plan');
    const [suspend, sync] = stamped(plan, Date.parse('2026-01-02T03:04:05Z')).steps;
    const time = '2026-01-02T03:04:05.000Z';
    expect(suspend).toMatchObject({
      body: { metadata: { annotations: { 'groundup.dev/suspended': time } }, spec: { suspend: true } },
    });
    expect(suspend?.kind === 'api' && suspend.command.at(-1)).toContain(time);
    expect(JSON.stringify(suspend)).not.toContain('<start>');
    expect(sync).toEqual(plan.steps[1]);
  });
});
