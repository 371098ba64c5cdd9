import type { Snapshot } from '../cluster/snapshot.ts';
import { frozenSince } from '../layers/control-plane-leases.ts';
import { layers as definitions } from '../layers/index.ts';
import { sortFindings } from '../layers/judgement.ts';
import type { Finding, Judgement, Layer, LayerId } from '../layers/layer.ts';
import { ruleOf } from '../layers/rules.ts';
import { calmAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Diagnosis, LayerView } from './diagnosis.ts';
import { type Fault, height, isForGood } from './faults.ts';
import { lastProof } from './proof.ts';
import type { Rooted } from './roots.ts';
import { wasSeen } from './since.ts';

const FRESH = 60_000;

export interface Situation {
  readonly snapshot: Snapshot;
  readonly judged: ReadonlyMap<LayerId, Judgement>;
  readonly faults: readonly Fault[];
  readonly roots: readonly Rooted[];
  readonly previous: Diagnosis | undefined;
}

/**
 * The layers as they are shown: each judgement seen together with what lies below. What follows from a lower layer says so;
 * a claim of health above a broken layer is only believed when its proof is younger than the break.
 */
export function normalise(situation: Situation): readonly LayerView[] {
  const views: LayerView[] = [];
  for (const layer of definitions) {
    const own = situation.judged.get(layer.id);
    if (own === undefined) throw new Error(`layer ${layer.id} was not judged`);
    const seen = seenTogether(situation, layer, own, views);
    const rule = ruleIn(seen);
    views.push({ ...seen, rule, since: viewSince(situation, layer.id, seen) });
  }
  return views;
}

/** The gravest finding comes first; a layer that has none was judged as a whole. */
function ruleIn({ id, findings }: LayerView): string {
  const [first] = findings;
  return first === undefined || first.severity === 'note' ? `${id}.health` : ruleOf(id, first.problem).id;
}

function seenTogether(
  situation: Situation,
  layer: Layer,
  own: Judgement,
  below: readonly LayerView[],
): LayerView {
  const base = {
    ...own,
    id: layer.id,
    key: layer.key,
    title: field(layer.title),
    short: field(layer.short),
    blockedBy: null,
  };
  if (layer.id === 'api') return base;
  return (
    withoutApi(situation, base) ??
    failing(situation, base) ??
    charged(situation, base) ??
    claiming(situation, base, below)
  );
}

/** Nothing above an API server that does not answer is known; the last that was known stays readable. */
function withoutApi({ judged, snapshot }: Situation, view: LayerView): LayerView | null {
  const api = judged.get('api');
  if (api === undefined) return null;
  const stale = view.confirmedAt !== null;
  const lost = { ...view, verdict: 'unknown', stale } as const;
  if (snapshot.api.reach === 'unreached') return { ...lost, reason: 'api', blockedBy: 'api' };
  if (api.reason === 'unauthorized') return { ...lost, reason: 'unauthorized', blockedBy: 'api' };
  if (api.reason === 'waiting') return { ...lost, reason: 'waiting' };
  const frozen = frozenSince(api.findings);
  if (frozen === null || (view.verdict !== 'healthy' && view.verdict !== 'progressing')) return null;
  const summary = says(view, calmAge(snapshot.now - frozen));
  return { ...lost, reason: 'stale', stale: true, blockedBy: 'api', summary };
}

/** These report what lies below them: when that explains all their failures, they only wait. */
const reporters: readonly LayerId[] = ['service-discovery', 'apps'];

function failing({ judged, faults, roots }: Situation, view: LayerView): LayerView | null {
  if (view.verdict === 'unknown') return null;
  const own = faults.filter(fault => fault.layer === view.id);
  if (own.length === 0) return null;
  const causes = own.map(fault => rootOf(roots, fault) ?? fault.home);
  const below = causes.filter(home => home !== view.id);
  const above = below.every(home => height(home) > height(view.id));
  if (below.length < causes.length || (above && view.verdict !== 'blocked'))
    return { ...view, blockedBy: null };
  const blockedBy = below.reduce((a, b) => (height(b) < height(a) ? b : a));
  const waits = reporters.includes(view.id) && judged.get(blockedBy)?.verdict !== 'healthy';
  return { ...view, blockedBy, verdict: waits ? 'blocked' : view.verdict };
}

/** The home of the root behind a fault. */
function rootOf(roots: readonly Rooted[], fault: Fault): LayerId | null {
  const root = roots.find(one => one.fault === fault || one.explained.includes(fault));
  return root?.fault.home ?? null;
}

/** A layer that calls itself well but is charged by another: the others' evidence counts. */
function charged({ faults }: Situation, view: LayerView): LayerView | null {
  const moves = view.verdict === 'progressing';
  if (view.verdict !== 'healthy' && !moves && !isSilent(view)) return null;
  const charges = faults.filter(
    fault => fault.home === view.id && fault.layer !== view.id && (!moves || isForGood(fault)),
  );
  if (charges.length === 0) return null;
  const taken = charges.map(fault => ({ ...fault.finding, chargedTo: null }) satisfies Finding);
  return {
    ...view,
    verdict: 'degraded',
    reason: null,
    findings: sortFindings([...taken, ...view.findings]),
    since: earliest(taken),
  };
}

function isSilent(view: LayerView): boolean {
  return view.verdict === 'unknown' && (view.reason === 'no-evidence' || view.reason === 'not-observable');
}

function claiming(situation: Situation, view: LayerView, below: readonly LayerView[]): LayerView {
  const broken = brokenBelow(situation, below);
  if (broken === null) return view;
  if (view.verdict === 'unknown') {
    const isOpen = isSilent(view) || view.reason === 'stale' || view.reason === 'timeout';
    return isOpen ? { ...view, reason: 'hidden', blockedBy: broken.layer } : view;
  }
  if (view.verdict !== 'healthy' && view.verdict !== 'progressing') return view;
  const proof = lastProof(situation.snapshot, view.id);
  // Without a time of the break a proof of the last moments is as good as one gets.
  const brokeAt = broken.since ?? situation.snapshot.now - FRESH;
  if (proof !== null && proof >= brokeAt) return view;
  const last = proof ?? broken.since;
  const summary = says(view, last === null ? null : calmAge(situation.snapshot.now - last));
  return { ...view, verdict: 'unknown', reason: 'hidden', blockedBy: broken.layer, summary };
}

function says(view: LayerView, proof: Safe | null) {
  return proof === null
    ? say`says ${view.summary}; no proof`
    : say`says ${view.summary}; last proof ${proof} ago`;
}

/** The lowest layer that is down below takes the ground away; behind it may be a root that is lower still. */
function brokenBelow(
  { roots }: Situation,
  below: readonly LayerView[],
): { readonly layer: LayerId; readonly since: number | null } | null {
  const fallen = below.find(view => view.verdict === 'down');
  if (fallen === undefined) return null;
  const layer = fallen.blockedBy ?? fallen.id;
  const root = roots.find(({ fault }) => fault.home === layer);
  return { layer, since: root?.fault.finding.since ?? fallen.since };
}

function earliest(findings: readonly Finding[]): number | null {
  const times = findings.flatMap(f => (f.since === null ? [] : [f.since]));
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}

/** Objects tell since when they fail, rarely since when they work: for that the previous diagnosis is asked. */
function viewSince({ previous, snapshot }: Situation, id: LayerId, view: LayerView): number | null {
  if (view.verdict !== 'healthy' && view.since !== null) return view.since;
  const before = previous?.layers.find(layer => layer.id === id);
  if (before === undefined) return view.since;
  if (before.verdict === view.verdict) return before.since;
  return wasSeen(before) ? snapshot.now : view.since;
}
