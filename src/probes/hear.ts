import type { ProbeResult, ProbeStage } from '../cluster/probe-results.ts';
import { type Safe, say } from '../text/safe.ts';
import { evidenceLines, faultIn, isHeard } from './fault-in.ts';
import type { Asking } from './probe-options.ts';
import { type Ask, readAnswers } from './probe-script.ts';

/** What a container of ours came to. */
export type Seen = Pick<ProbeResult, 'ok' | 'message' | 'evidence' | 'answers'> & {
  readonly stage?: ProbeStage;
};

export interface Told {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly asks: readonly Ask[];
  readonly domainKnown: boolean;
}

/**
 * Reads what a container that ran was answered: its log comes by the kubelet and not by the pod network. `got` is what
 * is known so far, `ended` whether the container has; both stand in the message.
 */
export async function hear(
  { api, signal, limits }: Asking,
  { namespace, pod, container, asks, domainKnown }: Told,
  got: Safe,
  ended: boolean,
): Promise<Seen> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
  const query = { container, limitBytes: 65_536 };
  const log = await api.request('GET', path, { query, accept: '*/*', deadlineMs: limits.request, signal });
  if (!log.ok) {
    const message = say`${got}, but its log cannot be read: ${log.message}`;
    return { ok: null, stage: 'running', message, evidence: [], answers: [] };
  }
  const answers = readAnswers(log.text, asks, domainKnown);
  const evidence = evidenceLines(answers);
  if (!isHeard(answers)) {
    const why = ended ? say`printed no answer` : say`gave no answer in time`;
    return { ok: null, stage: 'running', message: say`${got}, but ${why}`, evidence, answers };
  }
  const fault = faultIn(answers);
  const message = fault === null ? say`${got} and finds names` : say`${got}, but ${fault}`;
  return { ok: fault === null, stage: 'answered', message, evidence, answers };
}

/** Milliseconds as people read them. */
export function seconds(ms: number): Safe {
  return say`${Math.round(ms / 100) / 10} s`;
}
