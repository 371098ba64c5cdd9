import type { ClusterVerdict, LayerView } from './diagnosis.ts';

/**
 * The worst of the layers. What is certainly broken counts before what cannot be judged. A layer that cannot be judged
 * because of a lower one that fails adds nothing; nor does one where nothing happened lately, that cannot be seen from
 * outside, or that is not installed.
 */
export function clusterVerdict(layers: readonly LayerView[]): ClusterVerdict {
  const verdicts = new Set(layers.map(layer => contribution(layers, layer)));
  const order = ['down', 'degraded', 'unknown', 'progressing'] as const;
  return order.find(verdict => verdicts.has(verdict)) ?? 'healthy';
}

const harmless = ['no-evidence', 'not-observable', 'not-configured'];

function contribution(layers: readonly LayerView[], layer: LayerView): ClusterVerdict {
  if (layer.verdict === 'blocked') return isFailing(layers, layer) ? 'healthy' : 'progressing';
  if (layer.verdict !== 'unknown') return layer.verdict;
  if (layer.reason !== null && harmless.includes(layer.reason)) return 'healthy';
  return isFailing(layers, layer) ? 'healthy' : 'unknown';
}

/** True when the layer that blocks this one is itself counted as failing. */
function isFailing(layers: readonly LayerView[], { blockedBy }: LayerView): boolean {
  const below = layers.find(layer => layer.id === blockedBy);
  return below?.verdict === 'down' || below?.verdict === 'degraded';
}
