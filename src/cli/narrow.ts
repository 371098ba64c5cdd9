import { clusterVerdict } from '../diagnosis/cluster-verdict.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';

/**
 * The part of a diagnosis that concerns the chosen layers; everything when none is chosen. The root stays when it is
 * in one of them or is what blocks one of them: who asks about DNS wants to know that the CNI is the reason.
 */
export function narrowed(diagnosis: Diagnosis, chosen: readonly LayerId[]): Diagnosis {
  if (chosen.length === 0) return diagnosis;
  const layers = diagnosis.layers.filter(layer => chosen.includes(layer.id));
  const concerned = new Set([...chosen, ...layers.flatMap(layer => layer.blockedBy ?? [])]);
  const [root, ...otherRoots] = [diagnosis.root, ...diagnosis.otherRoots].flatMap(one =>
    one !== null && concerned.has(one.layer) ? [one] : [],
  );
  return {
    ...diagnosis,
    verdict: clusterVerdict(diagnosis.layers.filter(layer => concerned.has(layer.id))),
    root: root ?? null,
    otherRoots,
    layers,
    components: diagnosis.components.filter(
      component => component.layer !== null && chosen.includes(component.layer),
    ),
  };
}
