import type { Pod } from '../cluster/kinds.ts';
import type { ProbeResult } from '../cluster/probe-results.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { deadline } from '../kube/abort.ts';
import type { ExecInPod, Executed } from '../kube/exec.ts';
import type { Failure } from '../kube/failure.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { evidenceLines, faultIn, isHeard } from './fault-in.ts';
import type { Asking } from './probe-options.ts';
import { questionsFor, readAnswers, scriptOf } from './probe-script.ts';
import type { Targets } from './targets.ts';

const MOST_AGENTS = 5;

/** P3: the questions of a probe pod, asked in a pod that runs already: a controller of Flux, whose usual image has a shell. */
export async function probeByExec(
  asking: Asking,
  exec: ExecInPod,
  pod: Pod,
  targets: Targets,
): Promise<ProbeResult> {
  const asks = questionsFor(targets, asking.external);
  const ran = await run(asking, exec, pod, ['sh', '-c', scriptOf(asks)], asking.limits.pod);
  const name = nameOf(pod);
  if (!ran.ok || !ran.output.includes('ask=')) {
    const why = ran.ok ? say`it has no shell` : ran.message;
    return { ...about('P3', asking, pod), ok: null, message: say`${name} could not be asked: ${why}` };
  }
  const answers = readAnswers(ran.output, asks, targets.domainKnown);
  const fault = faultIn(answers);
  return {
    ...about('P3', asking, pod),
    ok: isHeard(answers) ? fault === null : null,
    message: fault === null ? say`${name} finds names` : say`from ${name}: ${fault}`,
    evidence: evidenceLines(answers),
    answers,
  };
}

/** P4: what a Cilium agent says of itself. It is on the host's network, so it can be asked when pods have none. */
export async function probeAgent(asking: Asking, exec: ExecInPod, pod: Pod): Promise<ProbeResult> {
  const ran = await run(asking, exec, pod, ['cilium-dbg', 'status', '--brief'], asking.limits.request * 2);
  const name = nameOf(pod);
  const said = ran.ok ? field(ran.output.trim().slice(0, 300)) : ran.message;
  const isTold = ran.ok && said !== '' && !/executable file not found|no such file/.test(said);
  const isWell = ran.ok && ran.succeeded && said === 'OK';
  return {
    ...about('P4', asking, pod),
    ok: isTold ? isWell : null,
    message: isWell
      ? say`${name} says OK`
      : isTold
        ? say`${name} says: ${said}`
        : say`${name} could not be asked: ${said === '' ? say`it has no cilium-dbg` : said}`,
    answers: isTold ? [{ question: 'agent', to: name, outcome: isWell ? 'answered' : 'denied', said }] : [],
  };
}

/** A running controller of Flux; null when none can be asked. */
export function shellPod(snapshot: Snapshot): Pod | null {
  const able = [...snapshot.streams['pods-flux'].items.values()].filter(
    pod => isRunning(pod) && pod.spec?.containers?.some(({ image }) => isAlpine(image ?? '')),
  );
  return able.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0] ?? null;
}

export function ciliumAgents(snapshot: Snapshot): readonly Pod[] {
  const { streams } = snapshot;
  return [...streams['pods-system'].items.values(), ...streams['pods-cni'].items.values()]
    .filter(pod => pod.metadata.labels?.['k8s-app'] === 'cilium' && isRunning(pod))
    .slice(0, MOST_AGENTS);
}

function isAlpine(image: string): boolean {
  return /fluxcd\/[a-z-]+-controller[:@]/.test(image) && !image.includes('distroless');
}

function isRunning({ metadata, status }: Pod): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
}

async function run(
  { signal }: Asking,
  exec: ExecInPod,
  pod: Pod,
  command: readonly string[],
  ms: number,
): Promise<Executed | Failure> {
  const limit = deadline(ms, signal);
  const { namespace = '', name } = pod.metadata;
  const container = pod.spec?.containers?.[0]?.name ?? '';
  try {
    return await exec({ namespace, pod: name, container, command }, limit.signal);
  } finally {
    limit.done();
  }
}

function nameOf({ metadata }: Pod) {
  return say`${metadata.namespace ?? field('')}/${metadata.name}`;
}

function about(id: 'P3' | 'P4', asking: Asking, pod: Pod) {
  const node = pod.spec?.nodeName ?? null;
  return { id, target: nameOf(pod), node, at: asking.now(), evidence: [], answers: [] } as const;
}
