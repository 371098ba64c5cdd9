import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { Root, Why } from '../../diagnosis/diagnosis.ts';
import type { Finding, LayerId } from '../../layers/layer.ts';
import type { AppState } from '../app-state.ts';
import { layerOf, selectedLayer } from './chosen.ts';

/** One thing on the Why tab that can be selected; `ref` is where Enter goes. */
export type WhyItem =
  | {
      readonly kind: 'link';
      readonly root: Root;
      readonly number: number;
      readonly why: Why;
      readonly ref: ObjectRef | null;
    }
  /** A cause without a chain. */
  | { readonly kind: 'root'; readonly root: Root; readonly ref: ObjectRef | null }
  /** By which rule the root was concluded; Enter unfolds it. */
  | { readonly kind: 'belief'; readonly root: Root; readonly ref: null }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly ref: ObjectRef | null };

/** The chains of all roots, then the findings of the selected layer, as the tab shows them. */
export function whyItems(state: AppState): readonly WhyItem[] {
  const diagnosis = state.world.model?.diagnosis;
  if (diagnosis === undefined) return [];
  const roots = diagnosis.root === null ? [] : [diagnosis.root, ...diagnosis.otherRoots];
  const findings = layerOf(state, selectedLayer(state))?.findings ?? [];
  return [
    ...roots.flatMap(root => [...chain(state, root), ...belief(root)]),
    ...findings.map(finding => ({ kind: 'finding', finding, ref: finding.object }) as const),
  ];
}

function chain(state: AppState, root: Root): readonly WhyItem[] {
  if (root.whys.length === 0) return [{ kind: 'root', root, ref: root.object }];
  return root.whys.map((why, i) => ({
    kind: 'link',
    root,
    number: i + 1,
    why,
    ref: why.object ?? (why.layer === root.layer ? root.object : firstObject(state, why.layer)),
  }));
}

function belief(root: Root): readonly WhyItem[] {
  return root.rule === undefined ? [] : [{ kind: 'belief', root, ref: null }];
}

/** A link that names no object is about what its layer found first. */
function firstObject(state: AppState, layer: LayerId): ObjectRef | null {
  return layerOf(state, layer)?.findings.find(({ object }) => object !== null)?.object ?? null;
}
