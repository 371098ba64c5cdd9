import { expect, it } from 'vitest';
import { remediesFor, remediesForObject } from '../../src/recovery/offer.ts';
import { field } from '../../src/text/field.ts';
import { bench, planned, ran, simulation, WITHIN_MS } from './repair-stage.ts';

const TAINT = { key: 'node.cilium.io/agent-not-ready', effect: 'NoSchedule' };

const taints = (name: string) =>
  (simulation.world.get('/nodes', undefined, name)?.spec.taints ?? []).map((one: { key: string }) => one.key);

it('a mark that a CNI left behind is removed once nothing of that CNI is there, and never before', async () => {
  const { world } = simulation;
  const [first] = world.list('/nodes');
  const name = first?.metadata.name ?? '';
  const node = { kind: field('Node'), namespace: null, name: field(name) };
  const isMarked = () =>
    bench.until(
      'the taint',
      now =>
        now.snapshot.streams.nodes.items.get(name)?.spec?.taints?.some(one => one.key === TAINT.key) === true,
      WITHIN_MS,
    );
  // While Cilium is there its operator would set the mark again.
  world.remove('apps/deployments', 'kube-system', 'cilium-operator');
  mark(name);
  await isMarked();
  expect(planned('remove-taint', `Node ${name}`).guards).toContainEqual(
    expect.objectContaining({ state: 'blocking', text: expect.stringContaining('Cilium is there') }),
  );
  // Another CNI took over: nothing of Cilium is left but its mark.
  world.remove('apps/daemonsets', 'kube-system', 'cilium');
  for (const secret of world.list('/secrets', 'kube-system'))
    if (secret.metadata.labels?.name === 'cilium')
      world.remove('/secrets', 'kube-system', secret.metadata.name);
  const gone = await bench.until(
    'no Cilium',
    () => planned('remove-taint', `Node ${name}`).guards.every(guard => guard.state !== 'blocking'),
    WITHIN_MS,
  );
  const offered = [
    ...remediesForObject('nodes', node, gone),
    ...(gone.diagnosis.root === null ? [] : remediesFor(gone.diagnosis.root, gone)),
  ];
  expect(offered.map(one => one.action)).toContain('remove-taint');
  const plan = planned('remove-taint', `Node ${name}`);
  const run = await bench.perform(plan, WITHIN_MS);
  expect([run.state, run.failure]).toEqual(['succeeded', null]);
  ran(run, plan);
  expect(taints(name)).not.toContain(TAINT.key);
});

function mark(name: string): void {
  simulation.world.update('/nodes', undefined, name, draft => {
    draft.spec.taints = [...(draft.spec.taints ?? []), TAINT];
  });
}
