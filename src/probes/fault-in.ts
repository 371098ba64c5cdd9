import type { ProbeAnswer } from '../cluster/probe-results.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

/** The first of the answers that a sound cluster would not give, in words; null when there is none. */
export function faultIn(answers: readonly ProbeAnswer[]): Safe | null {
  const fault = answers.find(isFault);
  return fault === undefined ? null : complaint(fault);
}

/** True when something was heard from beyond the pod itself. */
export function isHeard(answers: readonly ProbeAnswer[]): boolean {
  return answers.some(({ question, outcome }) => outcome !== 'unread' && question !== 'resolver');
}

export function evidenceLines(answers: readonly ProbeAnswer[]): readonly Safe[] {
  return answers
    .filter(({ outcome }) => outcome !== 'unread')
    .map(({ question, to, said }) => say`${field(question)} ${to}: ${said}`);
}

/** A name beyond the cluster is not the cluster's fault, and a port only helps to tell why a name was not found. */
function isFault({ question, outcome }: ProbeAnswer): boolean {
  if (outcome === 'unread' || outcome === 'answered') return false;
  return question !== 'external-name' && question !== 'port-of-pod';
}

function complaint({ question, to, said }: ProbeAnswer): Safe {
  switch (question) {
    case 'name-by-resolver':
      return say`its resolver does not find ${to}: ${said}`;
    case 'name-by-service':
      return say`the DNS Service ${to} gives no answer: ${said}`;
    case 'name-by-pod':
      return say`the CoreDNS pod ${to} gives no answer: ${said}`;
    case 'fresh-service':
      return say`does not reach a Service made just now, ${to}: ${said}`;
    default:
      return say`does not reach ${to}: ${said}`;
  }
}
