import { join, type Safe, say } from '../text/safe.ts';
import {
  PROBE_LIFETIME,
  type ProbeAnswer,
  type ProbedLayer,
  type ProbeEvidence,
  type ProbeOutcome,
  type ProbeReport,
  type ProbeResult,
} from './probe-results.ts';

/**
 * What probes say about layers. Of several results for the same target the newest counts, and none counts after ten
 * minutes. What only could not be asked says nothing: neither proof nor the opposite.
 */
export function judgeProbes(results: readonly ProbeResult[], now: number): ProbeReport {
  const newest = new Map<string, ProbeResult>();
  for (const result of results) {
    // An agent speaks for its node: the word of a pod that it replaced is over.
    const about = result.id === 'P4' ? (result.node ?? result.target) : result.target;
    const key = `${result.id} ${about}`;
    const known = newest.get(key);
    if (now - result.at > PROBE_LIFETIME || (known !== undefined && known.at > result.at)) continue;
    newest.set(key, result);
  }
  const fresh = [...newest.values()].sort((a, b) => compare(a.id, b.id) || compare(a.target, b.target));
  const dnsAlive = fresh.some(result => result.id === 'P2' && result.ok === true);
  return { results: fresh, evidence: fresh.flatMap(result => evidenceOf(result, dnsAlive)) };
}

function evidenceOf(result: ProbeResult, dnsAlive: boolean): readonly ProbeEvidence[] {
  switch (result.id) {
    case 'P1':
      if (result.ok === true) return [word(result, 'pod-network', true, result.message)];
      return result.ok === false ? [word(result, 'dns', false, result.message)] : [];
    case 'P2':
      return result.ok === null ? [] : [word(result, 'dns', result.ok, result.message), ...asides(result)];
    case 'P3':
    case 'P5':
      return fromInside(result, dnsAlive);
    case 'P4':
      return result.ok === null ? [] : [word(result, 'cni', result.ok, result.message)];
    case 'P6':
      return fromPod(result, dnsAlive);
  }
}

/** A pod that got its network proves that nodes can give one, whatever its questions came to. */
function fromPod(result: ProbeResult, dnsAlive: boolean): readonly ProbeEvidence[] {
  if (result.stage === undefined || result.stage === 'created') return [];
  if (result.stage === 'scheduled')
    return result.ok === false ? [word(result, 'pod-network', false, result.message)] : [];
  const heard = fromInside(result, dnsAlive);
  if (heard.some(one => one.layer === 'pod-network')) return heard;
  const where = result.node ?? result.target;
  return [word(result, 'pod-network', true, say`a new pod got its network on ${where}`), ...heard];
}

/** Reads the answers that a pod got, lowest cause first: what follows from a cause is not told as well. */
function fromInside(result: ProbeResult, dnsAlive: boolean): readonly ProbeEvidence[] {
  const of = (question: ProbeAnswer['question']) =>
    result.answers.filter(answer => answer.question === question && answer.outcome !== 'unread');
  const where = askers(result);
  const byPod = of('name-by-pod');
  const byAddress = [...of('name-by-resolver'), ...of('name-by-service')];
  const heard = [...byPod, ...byAddress].some(({ outcome }) => outcome === 'answered');
  const words: ProbeEvidence[] = [];
  if (heard) words.push(word(result, 'dns', true, say`CoreDNS answers ${where}`));
  if (!heard && byPod.length > 0) {
    const cause = unheard(result, byPod, of('port-of-pod'), dnsAlive);
    if (cause.layer === 'pod-network') return [cause];
    words.push(cause);
  } else words.push(...serviceWords(result, of('resolver'), byAddress));
  const api = of('api-by-service')[0];
  if (api !== undefined && api.outcome !== 'answered')
    words.push(
      word(
        result,
        'service-discovery',
        false,
        say`${where} do not reach the API server at its Service ${api.to}: ${api.said}`,
      ),
    );
  return [...words, ...routingWords(result, of('fresh-service'), of('port-of-pod')), ...asides(result)];
}

/** Old addresses go on working by rules that are in the kernel; only a new one tells whether anybody still writes them. */
function routingWords(
  result: ProbeResult,
  fresh: readonly ProbeAnswer[],
  ports: readonly ProbeAnswer[],
): readonly ProbeEvidence[] {
  const [service] = fresh;
  if (service === undefined || !ports.some(({ outcome }) => outcome === 'answered')) return [];
  const works = service.outcome === 'answered';
  const message = works
    ? say`a new Service is reached from ${placeOf(result)}`
    : say`${askers(result)} do not reach a Service made just now (${service.to}: ${service.said}), though CoreDNS behind it answers them: changes of Services are not followed there`;
  return [{ ...word(result, 'cni', works, message), isRouting: true }];
}

/** Whom the answers speak for: a probe in one pod speaks for that pod, the others for the pods of their node. */
function askers(result: ProbeResult): Safe {
  return result.id === 'P5' ? say`containers of ${placeOf(result)}` : say`pods on ${placeOf(result)}`;
}

function placeOf({ id, target, node }: ProbeResult): Safe {
  return id === 'P5' && node !== null ? say`${target} on ${node}` : (node ?? target);
}

/** No CoreDNS pod gave the answer: is it they, or the way to them? */
function unheard(
  result: ProbeResult,
  byPod: readonly ProbeAnswer[],
  ports: readonly ProbeAnswer[],
  dnsAlive: boolean,
): ProbeEvidence {
  const where = askers(result);
  const told = join(
    byPod.map(({ to, said }) => say`${to}: ${said}`),
    ' · ',
  );
  const reached = [...byPod, ...ports].some(({ outcome }) => isReply(outcome));
  if (dnsAlive && !reached) {
    const message = say`${where} do not reach CoreDNS, which answers when asked on its own node (${told})`;
    return word(result, 'pod-network', false, message);
  }
  return word(result, 'dns', false, say`no CoreDNS pod answers ${where} (${told})`);
}

function isReply(outcome: ProbeOutcome): boolean {
  return outcome === 'answered' || outcome === 'denied' || outcome === 'refused';
}

/** CoreDNS answers at its own addresses, or was not asked there: what of the address that pods are told? */
function serviceWords(
  result: ProbeResult,
  resolver: readonly ProbeAnswer[],
  byAddress: readonly ProbeAnswer[],
): readonly ProbeEvidence[] {
  const where = askers(result);
  const told = byAddress.find(({ question }) => question === 'name-by-resolver');
  const service = byAddress.find(({ question }) => question === 'name-by-service');
  const asked = told ?? service;
  if (asked === undefined) return [];
  if (asked.outcome === 'answered')
    return [word(result, 'service-discovery', true, say`names are found from ${placeOf(result)}`)];
  const address = resolver[0]?.said ?? asked.to;
  const other =
    service?.outcome === 'answered' && service !== asked
      ? say`, while the Service answers at ${service.to}`
      : say``;
  const message = say`${where} ask ${address} and get no name${other}: ${asked.said}`;
  return [word(result, 'service-discovery', false, message)];
}

/** Names beyond the cluster fail for reasons beyond it; names that should not exist tell of a rewrite or wildcard. */
function asides(result: ProbeResult): readonly ProbeEvidence[] {
  return result.answers.flatMap(({ question, outcome, to, said }) => {
    if (outcome === 'answered' || outcome === 'unread') return [];
    if (question === 'external-name')
      return [{ ...word(result, 'dns', false, say`the name ${to} is not found: ${said}`), aside: true }];
    if (question === 'missing-name' && outcome === 'denied')
      return [
        {
          ...word(result, 'dns', false, say`a name that does not exist is answered with ${said}`),
          aside: true,
        },
      ];
    return [];
  });
}

function word(result: ProbeResult, layer: ProbedLayer, works: boolean, message: Safe): ProbeEvidence {
  const { id: probe, target, node, at } = result;
  return { layer, works, aside: false, probe, target, node, at, message };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
