import type { Problem } from '../layers/problems.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench, Fault } from './action.ts';
import { followUpGuides } from './follow-up.ts';
import { stop } from './guard.ts';
import type { Guide } from './guide.ts';
import { guides, kubeProxy, oneNode, reinstall } from './guide-table.ts';
import { layerHealthy, makePlan } from './make-plan.ts';
import type { Remedy } from './plan.ts';
import { releaseFor } from './releases.ts';

const AFTER_ACTIONS = 100;

const agentProblems: ReadonlySet<Problem> = new Set<Problem>([
  'crashing',
  'agent-missing',
  'agent-not-ready',
  'not-ready',
]);

/**
 * What must be done on the machines or in Git, where groundup does not reach: shown with the commands to type, never run.
 * They come after the actions, unless no action helps before.
 */
export function guidesFor(
  fault: Fault,
  bench: Bench,
): readonly { readonly remedy: Remedy; readonly rank: number }[] {
  return [...followUpGuides(bench), ...guidesOf(fault, bench)].map(guide => {
    const plan = makePlan(bench, {
      action: 'guide',
      target: null,
      title: guide.title,
      danger: 0,
      word: fault.layer as Safe,
      steps: [],
      effect: guide.title,
      takes: say`depends on you`,
      expectedMs: 0,
      success: layerHealthy(bench, fault.layer),
      guards: [stop(say`this is done outside of groundup: type it yourself`)],
    });
    const remedy: Remedy = {
      action: 'guide',
      key: null,
      title: guide.title,
      target: null,
      object: fault.object,
      danger: 0,
      commands: guide.commands(fault).map(words => onCluster(words, bench)),
      blockedBy: plan.guards[0]?.text ?? null,
      plan,
    };
    return { remedy, rank: guide.rank ?? AFTER_ACTIONS };
  });
}

/** Typed by hand a command reaches whatever context is current: it names the one that is meant. */
function onCluster(words: readonly Safe[], { diagnosis }: Bench): readonly Safe[] {
  const [tool, ...rest] = words;
  if (tool === undefined || (tool !== 'kubectl' && tool !== 'flux')) return words;
  return [tool, say`--context`, diagnosis.cluster.context, ...rest];
}

/** An agent that fails on some nodes and works on the others fails because of the node. */
function isAboutSomeNodes({ layer, problem, nodes }: Fault, bench: Bench): boolean {
  const isSome = nodes !== null && nodes.length < bench.snapshot.streams.nodes.items.size;
  return layer === 'cni' && isSome && agentProblems.has(problem);
}

function guidesOf(fault: Fault, bench: Bench): readonly Guide[] {
  const isChain = fault.layer === 'cni' || fault.layer === 'dns' || fault.layer === 'flux';
  const isGone = fault.problem === 'missing' || fault.problem === 'instance-missing';
  const known = fault.problem === 'lease-stale' && fault.layer !== 'api' ? [] : (guides[fault.problem] ?? []);
  if (isGone && fault.object?.name === 'kube-proxy') return [...known, kubeProxy];
  if (isAboutSomeNodes(fault, bench)) return [...known, oneNode];
  return isChain && isGone && releaseFor(fault, bench) === null ? [...known, reinstall] : known;
}
