import type { Problem } from '../layers/problems.ts';
import type { Root } from './diagnosis.ts';
import { isCharge } from './explain.ts';
import type { Rooted } from './roots.ts';

/** Nothing but what the API server does itself needs a named object to be certain. */
const direct: readonly Problem[] = [
  'unreachable',
  'unauthorized',
  'check-failed',
  'writes-fail',
  'lease-stale',
  'node-silent',
  'rolling-out',
];
/** What is only concluded from symptoms. */
const indirect: readonly Problem[] = ['sandbox-failed', 'waits-for-cni'];

/**
 * `high`: the root itself was seen and something above fails as expected of it (or it cannot be otherwise);
 * `medium`: only the root was seen; `low`: it is concluded from symptoms.
 */
export function confidenceOf({ fault, explained }: Rooted): Root['confidence'] {
  const { finding } = fault;
  if (isCharge(fault) || indirect.includes(finding.problem)) return 'low';
  if (direct.includes(finding.problem)) return 'high';
  if (finding.object === null && (finding.nodes ?? []).length === 0) return 'low';
  return explained.some(one => one.layer !== fault.layer) || finding.signature !== null ? 'high' : 'medium';
}
