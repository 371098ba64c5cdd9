import type { Safe } from '../text/safe.ts';

export const topics = [
  'workstation',
  'terminal',
  'kubeconfig',
  'cluster',
  'permissions',
  'repository',
] as const;
export type Topic = (typeof topics)[number];

/**
 * One thing that was looked at. `note`: works, but less than it could, or will end. `problem`: something does not work.
 * `unknown`: could not be looked at.
 */
export interface Examined {
  readonly topic: Topic;
  readonly state: 'ok' | 'note' | 'problem' | 'unknown';
  readonly text: Safe;
  /** What to do about it; null when nothing is to be done. */
  readonly cure: Safe | null;
}

export function ok(topic: Topic, text: Safe): Examined {
  return { topic, state: 'ok', text, cure: null };
}

export function note(topic: Topic, text: Safe, cure: Safe | null = null): Examined {
  return { topic, state: 'note', text, cure };
}

export function problem(topic: Topic, text: Safe, cure: Safe): Examined {
  return { topic, state: 'problem', text, cure };
}

export function unknown(topic: Topic, text: Safe, cure: Safe | null = null): Examined {
  return { topic, state: 'unknown', text, cure };
}
