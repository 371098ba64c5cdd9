import type { Snapshot } from '../cluster/snapshot.ts';
import { say } from '../text/safe.ts';
import { apiLayer } from './api.ts';
import { appsLayer } from './apps.ts';
import { cniLayer } from './cni.ts';
import { dnsLayer } from './dns.ts';
import { dnsCycles } from './dns-cycle.ts';
import { fluxLayer } from './flux.ts';
import { sortFindings } from './judgement.ts';
import type { Finding, Judgement, Layer, LayerId } from './layer.ts';
import { namespacesTerminating } from './namespace-terminating.ts';
import { nodesLayer } from './nodes.ts';
import { podNetworkLayer } from './pod-network.ts';
import { policyCut } from './policy-cut.ts';
import { serviceDiscoveryLayer } from './service-discovery.ts';
import { webhookBlocks } from './webhook-blocks.ts';

/** The eight layers, from the ground up. */
export const layers: readonly Layer[] = [
  apiLayer,
  nodesLayer,
  cniLayer,
  podNetworkLayer,
  dnsLayer,
  serviceDiscoveryLayer,
  fluxLayer,
  appsLayer,
];

/**
 * Judges every layer, each with the judgements of those below it. A rule that throws has a bug: its layer alone
 * becomes `unknown(parse)`, so that one odd object never takes the screen away.
 */
export function judgeAll(snapshot: Snapshot): ReadonlyMap<LayerId, Judgement> {
  const judged = new Map<LayerId, Judgement>();
  const strays = straysOf(snapshot);
  for (const layer of layers) {
    const own = judgeOne(layer, snapshot, judged);
    judged.set(layer.id, withFindings(own, strays.get(layer.id) ?? []));
  }
  const cut = policyCut(snapshot, judged);
  const flux = judged.get('flux');
  if (cut !== null && flux !== undefined) judged.set('flux', withFindings(flux, [cut]));
  return judged;
}

function judgeOne(layer: Layer, snapshot: Snapshot, below: ReadonlyMap<LayerId, Judgement>): Judgement {
  try {
    return layer.judge(snapshot, below);
  } catch {
    return {
      verdict: 'unknown',
      reason: 'parse',
      summary: say`cannot be judged: the rule failed on an object it does not understand`,
      measure: null,
      findings: [],
      since: null,
      confirmedAt: null,
      stale: false,
    };
  }
}

/** Faults that no layer owns, each given to the layer that it hurts. */
function straysOf(snapshot: Snapshot): ReadonlyMap<LayerId, readonly Finding[]> {
  const strays = new Map<LayerId, Finding[]>();
  const cycles = dnsCycles(snapshot).map(one => ['nodes', one] as const);
  for (const [layer, finding] of [
    ...webhookBlocks(snapshot),
    ...namespacesTerminating(snapshot),
    ...cycles,
  ]) {
    strays.set(layer, [...(strays.get(layer) ?? []), finding]);
  }
  return strays;
}

/** Adds findings: a green layer turns `degraded` with a grave one; what is unknown stays unknown. */
export function withFindings(own: Judgement, strays: readonly Finding[]): Judgement {
  if (strays.length === 0) return own;
  const isGrave = strays.some(finding => finding.severity !== 'note');
  const turns = isGrave && (own.verdict === 'healthy' || own.verdict === 'progressing');
  // A deletion that is under way is no fault yet, and not the quiet of a healthy layer either.
  const moves = own.verdict === 'healthy' && strays.some(one => one.problem === 'namespace-terminating');
  const times = strays.flatMap(finding => (finding.since === null ? [] : [finding.since]));
  const since = times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
  return {
    ...own,
    verdict: turns ? 'degraded' : moves ? 'progressing' : own.verdict,
    since: turns ? since : own.since,
    findings: sortFindings([...own.findings, ...strays]),
  };
}
