import type { ObjectRef } from '../cluster/object-ref.ts';
import { type Reader, shape, text } from '../cluster/shape.ts';
import { type LayerId, layerIds } from '../layers/layer.ts';
import { type Problem, problems } from '../layers/problems.ts';
import type { Danger } from '../recovery/plan.ts';

/** One of these words, and `otherwise` for any other. */
export function oneOf<const T extends string>(words: readonly T[], otherwise: T): (raw: unknown) => T {
  return raw => words.find(word => word === raw) ?? otherwise;
}

export const layerId: Reader<LayerId> = raw => layerIds.find(id => id === raw);
/** A problem of the closed list; what a newer groundup calls otherwise is not ready. */
export const problem = (raw: unknown): Problem =>
  typeof raw === 'string' && Object.hasOwn(problems, raw) ? (raw as Problem) : 'not-ready';
/** A word of ours that only names something. */
export const word: Reader<string> = text;

const refShape = shape({ kind: text, namespace: text, name: text });
export const objectRef: Reader<ObjectRef> = raw => {
  const { kind, namespace = null, name } = refShape(raw) ?? {};
  return kind === undefined || name === undefined ? undefined : { kind, namespace, name };
};

/** What is not known to be mild is taken for the gravest. */
export function danger(raw: unknown): Danger {
  return ([0, 1, 2, 3, 4] as const).find(one => one === raw) ?? 4;
}
