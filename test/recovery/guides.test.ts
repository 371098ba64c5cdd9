import { expect, test } from 'vitest';
import type { layerIds } from '../../src/layers/layer.ts';
import type { Problem } from '../../src/layers/problems.ts';
import { guidesFor } from '../../src/recovery/guides.ts';
import { field } from '../../src/text/field.ts';
import { benchOf, ref } from './bench.ts';

test.each([
  [
    'policy-blocks',
    'flux',
    'kubectl --context homelab --namespace flux-system get networkpolicies deny-all --output=yaml',
  ],
  [
    'service-routing',
    'cni',
    'kubectl --context homelab --namespace kube-system get pods --output=wide --field-selector spec.nodeName=k8s-2',
  ],
  ['dns-cycle', 'nodes', 'talosctl -n k8s-2 get resolvers'],
  [
    'overloaded',
    'api',
    'kubectl --context homelab get --raw /debug/api_priority_and_fairness/dump_priority_levels',
  ],
  ['node-missing', 'nodes', 'kubectl --context homelab get nodes'],
] as const)('%s comes with what to type', (problem: Problem, layer: (typeof layerIds)[number], first) => {
  const object = problem === 'policy-blocks' ? ref('NetworkPolicy', 'flux-system', 'deny-all') : null;
  const [guide] = guidesFor({ layer, problem, object, nodes: [field('k8s-2')] }, benchOf());
  expect(guide?.remedy.commands[0]?.join(' ')).toBe(first);
  expect(guide?.remedy.plan.steps).toEqual([]);
});
