import type { Finding, Judgement, LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import { type Safe, say } from '../text/safe.ts';

/** The question about the uppermost failing layer, as somebody would ask who just saw it. */
export function firstQuestion(layer: LayerId, own: Judgement | undefined, finding: Finding): Safe {
  switch (layer) {
    case 'apps':
      return appsQuestion(own);
    case 'flux':
      return say`Why does Flux not work?`;
    case 'service-discovery':
      return say`Why do Services lead nowhere?`;
    case 'dns':
      return say`Why does CoreDNS not answer?`;
    case 'pod-network':
      return say`Why do new pods get no network?`;
    case 'cni':
      return cniQuestion(finding);
    case 'nodes':
      return nodesQuestion(finding);
    case 'api':
      return finding.problem === 'lease-stale'
        ? say`Why does nothing move in the cluster?`
        : say`Why is the API server not well?`;
  }
}

function appsQuestion(own: Judgement | undefined): Safe {
  const { ready, wanted } = own?.measure ?? { ready: 0, wanted: 0 };
  if (wanted <= ready) return say`Why do applications fail?`;
  const verb = wanted - ready === 1 ? say`is` : say`are`;
  return say`Why ${verb} ${wanted - ready} of ${wanted} applications not ready?`;
}

function cniQuestion({ problem, nodes }: Finding): Safe {
  const [only] = nodes ?? [];
  if (nodes?.length === 1 && only !== undefined) return say`Why is there no working agent on ${only}?`;
  return problem === 'missing' ? say`Why is there no CNI?` : say`Why does the CNI not work?`;
}

function nodesQuestion({ nodes }: Finding): Safe {
  const [only] = nodes ?? [];
  return nodes?.length === 1 && only !== undefined
    ? say`Why is node ${only} not well?`
    : say`Why are nodes not Ready?`;
}

const byProblem: Partial<Readonly<Record<Problem, Safe>>> = {
  'no-endpoints': say`Why are there no endpoints?`,
  'endpoints-lag': say`Why are the endpoints not ready?`,
  crashing: say`Why does it crash?`,
  stuck: say`Why can they not start?`,
  'not-scheduled': say`Why can it not be placed?`,
  'sandbox-failed': say`Why can no sandbox be made?`,
  'waits-for-cni': say`Why is there no CNI?`,
  'agent-missing': say`Why is there no agent?`,
  'agent-not-ready': say`Why is the agent not ready?`,
  'node-silent': say`Why is the node silent?`,
  'source-failed': say`Why can the source not be fetched?`,
  'lease-stale': say`Why does it not act?`,
  'image-pull': say`Why can the image not be pulled?`,
  'not-reconciled': say`Why is nothing reconciled?`,
  missing: say`Why is it missing?`,
  'not-ready': say`Why is it not ready?`,
  'single-point': say`Why is only one left?`,
  'health-check-failed': say`Why does what it applied not become healthy?`,
  'api-unavailable': say`Why has the API no backend?`,
};

/** The question that a finding leaves open, answered by the next layer down. */
export function nextQuestion({ problem, signature, message }: Finding): Safe {
  if (problem === 'sandbox-failed' && signature === 'S20') return say`Why is there no agent socket?`;
  if (/\blookup \S+.*(?:timeout|timed out)/.test(message)) return say`Why do lookups time out?`;
  if (/\blookup \S+/.test(message)) return say`Why do lookups fail?`;
  return byProblem[problem] ?? say`Why is that?`;
}
