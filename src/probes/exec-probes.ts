import type { Pod } from '../cluster/kinds.ts';
import type { ProbeResult } from '../cluster/probe-results.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { ExecInPod } from '../kube/exec.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { evidenceLines, faultIn, isHeard } from './fault-in.ts';
import type { Asking } from './probe-options.ts';
import { questionsFor, readAnswers, scriptOf } from './probe-script.ts';
import { runInPod } from './run-in-pod.ts';
import type { Targets } from './targets.ts';

const MOST_AGENTS = 5;
/** Agents before 1.15 have the second only. */
const AGENT_PROGRAMS = ['cilium-dbg', 'cilium'] as const;

/** P3: the questions of a probe pod, asked in a pod that runs already: a controller of Flux, whose usual image has a shell. */
export async function probeByExec(
  asking: Asking,
  exec: ExecInPod,
  snapshot: Snapshot,
  targets: Targets,
): Promise<ProbeResult> {
  const pod = shellPod(snapshot);
  if (pod === null)
    return nobody('P3', asking, say`Flux`, say`Flux could not be asked: no controller with a shell runs`);
  const asks = questionsFor(targets, asking.external);
  const command = ['sh', '-c', scriptOf(asks)];
  const container = pod.spec?.containers?.find(({ image }) => isAlpine(image ?? ''))?.name ?? '';
  const ms = asking.limits.pod;
  const ran = await runInPod(asking, exec, { pod, container, command, ms, whereFlag: 'flux-namespace' });
  const name = nameOf(pod);
  if (ran.state !== 'ran' || !ran.output.includes('ask=')) {
    const why = ran.state === 'untold' ? ran.why : say`it has no shell`;
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

/**
 * P4: what agents of Cilium say of themselves. They are on the host's network, so they can be asked when pods have none.
 * Where several could not be asked for one reason it is said once, and of no node.
 */
export async function probeAgents(
  asking: Asking,
  exec: ExecInPod,
  snapshot: Snapshot,
): Promise<readonly ProbeResult[]> {
  const agents = ciliumAgents(snapshot);
  const who = say`Cilium agents`;
  if (agents.length === 0) return [nobody('P4', asking, who, say`${who} could not be asked: none runs`)];
  const words = await Promise.all(
    agents.map(async pod => ({ pod, word: await askAgent(asking, exec, pod) })),
  );
  const results: ProbeResult[] = [];
  const untold = new Map<Safe, Pod[]>();
  for (const { pod, word } of words) {
    if ('why' in word) untold.set(word.why, [...(untold.get(word.why) ?? []), pod]);
    else results.push(agentResult(asking, pod, word));
  }
  for (const [why, [pod, ...others]] of untold) {
    if (pod === undefined) continue;
    const asked = others.length === 0 ? nameOf(pod) : say`${others.length + 1} ${who}`;
    results.push(
      nobody('P4', asking, others.length === 0 ? asked : who, say`${asked} could not be asked: ${why}`),
    );
  }
  return results;
}

interface AgentWord {
  readonly isWell: boolean;
  readonly said: Safe;
}

async function askAgent(
  asking: Asking,
  exec: ExecInPod,
  pod: Pod,
): Promise<AgentWord | { readonly why: Safe }> {
  const containers = pod.spec?.containers ?? [];
  const container = (containers.find(({ name }) => name === 'cilium-agent') ?? containers[0])?.name ?? '';
  const ms = asking.limits.request * 2;
  for (const program of AGENT_PROGRAMS) {
    const command = [program, 'status', '--brief'];
    const ran = await runInPod(asking, exec, { pod, container, command, ms, whereFlag: 'cni-namespace' });
    if (ran.state === 'absent') continue;
    if (ran.state === 'untold') return { why: ran.why };
    const text = ran.output.trim();
    if (text === '') return { why: say`no answer came` };
    // A warning of the program itself may stand before the answer.
    const isWell = ran.succeeded && text.split('\n').at(-1)?.trim() === 'OK';
    return { isWell, said: field(text.slice(0, 300)) };
  }
  return { why: say`neither cilium-dbg nor cilium is there` };
}

function agentResult(asking: Asking, pod: Pod, { isWell, said }: AgentWord): ProbeResult {
  const name = nameOf(pod);
  const where = say`the agent ${name} on ${pod.spec?.nodeName ?? say`an unknown node`}`;
  return {
    ...about('P4', asking, pod),
    ok: isWell,
    message: isWell ? say`${where} says OK` : say`${where} says: ${said}`,
    answers: [{ question: 'agent', to: name, outcome: isWell ? 'answered' : 'denied', said }],
  };
}

/** A running controller of Flux; null when none can be asked. */
function shellPod(snapshot: Snapshot): Pod | null {
  const able = [...snapshot.streams['pods-flux'].items.values()].filter(
    pod => isRunning(pod) && pod.spec?.containers?.some(({ image }) => isAlpine(image ?? '')),
  );
  return able.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0] ?? null;
}

/** The same pod may be in both streams. */
function ciliumAgents({ streams }: Snapshot): readonly Pod[] {
  const pods = [...streams['pods-system'].items.values(), ...streams['pods-cni'].items.values()];
  const agents = pods.filter(pod => pod.metadata.labels?.['k8s-app'] === 'cilium' && isRunning(pod));
  return [...new Map(agents.map(pod => [nameOf(pod), pod])).values()].slice(0, MOST_AGENTS);
}

function isAlpine(image: string): boolean {
  return /fluxcd\/[a-z-]+-controller[:@]/.test(image) && !image.includes('distroless');
}

function isRunning({ metadata, status }: Pod): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
}

function nameOf({ metadata }: Pod): Safe {
  return say`${metadata.namespace ?? field('')}/${metadata.name}`;
}

function about(id: 'P3' | 'P4', asking: Asking, pod: Pod) {
  const node = pod.spec?.nodeName ?? null;
  return { id, target: nameOf(pod), node, at: asking.now(), evidence: [], answers: [] } as const;
}

function nobody(id: 'P3' | 'P4', asking: Asking, target: Safe, message: Safe): ProbeResult {
  return { id, target, node: null, at: asking.now(), ok: null, message, evidence: [], answers: [] };
}
