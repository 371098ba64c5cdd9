import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';

/** What every command's exit code means; documented in the README. */
export const exitCodes = {
  healthy: 0,
  degraded: 1,
  down: 2,
  unknown: 3,
  actionFailed: 4,
  outcomeUnknown: 5,
  usage: 64,
  internal: 70,
} as const;

/** The same, as `--help` and the manual page tell them. */
export const exitMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [exitCodes.healthy, 'healthy, or done'],
  [exitCodes.degraded, 'degraded, or a rollout is moving'],
  [exitCodes.down, 'down'],
  [exitCodes.unknown, 'unknown: it cannot be judged for want of access, time or data'],
  [exitCodes.actionFailed, 'the action failed, was stopped, refused or not confirmed'],
  [exitCodes.outcomeUnknown, 'nobody knows how the action ended'],
  [exitCodes.usage, 'bad input: flags, context, kubeconfig'],
  [exitCodes.internal, 'groundup itself failed'],
];

/** A moving rollout is served at least in part: 1, like degraded. */
export function exitCodeOf(verdict: ClusterVerdict): number {
  switch (verdict) {
    case 'healthy':
      return exitCodes.healthy;
    case 'progressing':
    case 'degraded':
      return exitCodes.degraded;
    case 'down':
      return exitCodes.down;
    case 'unknown':
      return exitCodes.unknown;
  }
}
