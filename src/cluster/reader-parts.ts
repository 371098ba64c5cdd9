import { list, number, shape, text, time } from './shape.ts';

/** A status condition as nearly every kind has it. */
export const condition = shape({
  type: text,
  status: text,
  reason: text,
  message: text,
  lastTransitionTime: time,
  observedGeneration: number,
});
export const conditions = list(condition);

/** Names another object. */
export const reference = shape({ kind: text, namespace: text, name: text });
