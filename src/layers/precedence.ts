import type { Problem } from './problems.ts';

/** What stops creation, what is absent, what fails, what merely limps: within one layer the earlier explains the later. */
const precedence: readonly Problem[] = [
  'webhook-blocks',
  'unreachable',
  'unauthorized',
  'check-failed',
  'writes-fail',
  'lease-stale',
  'overloaded',
  'node-missing',
  'node-silent',
  'node-not-ready',
  'dns-cycle',
  'policy-blocks',
  'instance-missing',
  'missing',
  'scaled-to-zero',
  'wrong-address',
  'wrong-selector',
  'wrong-ports',
  'release-pending',
  'image-pull',
  'crashing',
  'not-scheduled',
  'agent-missing',
  'agent-not-ready',
  'stuck',
  'sandbox-failed',
  'service-routing',
  'probe-failed',
  'instance-failed',
  'rollout-stuck',
  'not-ready',
];

/** Position of a problem in that order; those without a place come last, all alike. */
export function rankOf(problem: Problem): number {
  const at = precedence.indexOf(problem);
  return at < 0 ? precedence.length : at;
}
