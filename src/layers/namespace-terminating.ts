import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { join, say } from '../text/safe.ts';
import { finding, ref } from './judgement.ts';
import type { Finding, LayerId } from './layer.ts';

/** Deleting a namespace takes a while; only what takes longer is stuck. */
const PATIENCE = 120_000;

/** Namespaces that cannot finish being deleted, by the layer of what lives there. New objects in them die again. */
export function namespacesTerminating(snapshot: Snapshot): readonly (readonly [LayerId, Finding])[] {
  return [...snapshot.streams.namespaces.items.values()].flatMap(namespace => {
    const { deletionTimestamp, name } = namespace.metadata;
    if (namespace.status?.phase !== 'Terminating' && deletionTimestamp === undefined) return [];
    const conditions = (namespace.status?.conditions ?? []).filter(
      c => c.status === 'True' && match('cond', c.type ?? say``).some(one => one.id === 'S85'),
    );
    const since = deletionTimestamp ?? conditions[0]?.lastTransitionTime ?? null;
    const isYoung = since !== null && snapshot.now - since <= PATIENCE;
    if (isYoung && conditions.length === 0) return [];
    const reasons = conditions.map(c => c.message ?? c.reason ?? say`something remains`);
    const why = reasons.length === 0 ? say`` : say`: ${join(reasons, '; ')}`;
    const one = finding({
      problem: 'namespace-terminating',
      severity: isYoung ? 'note' : 'warning',
      object: ref('Namespace', namespace.metadata),
      message: say`is being deleted and does not end${why}`,
      signature: conditions.length === 0 ? null : 'S85',
      since,
    });
    return [[layerOf(snapshot, name), one] as const];
  });
}

const cniNamespaces = ['calico-system', 'tigera-operator', 'kube-flannel', 'cilium'];

function layerOf(snapshot: Snapshot, name: string): LayerId {
  if (name === snapshot.fluxNamespace) return 'flux';
  return cniNamespaces.includes(name) ? 'cni' : 'apps';
}
