import type { LayerId } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';
import type { Danger } from './plan.ts';

/** How much a change of a layer can hurt: the network of every pod hangs on the CNI. */
export function dangerOf(layer: LayerId | null, otherwise: Danger): Danger {
  return layer === 'cni' ? 3 : otherwise;
}

/** From danger 3 on, a word is typed: one key is pressed too easily for something that can cause an outage. */
export function typedWordFor(danger: Danger, word: Safe): Safe | null {
  return danger >= 3 ? word : null;
}
