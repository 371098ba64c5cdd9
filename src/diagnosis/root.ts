import type { Snapshot } from '../cluster/snapshot.ts';
import type { Judgement, LayerId } from '../layers/layer.ts';
import { layerIds } from '../layers/layer.ts';
import { confidenceOf } from './confidence.ts';
import type { LayerView, Root } from './diagnosis.ts';
import { heardFromFlux } from './heard.ts';
import { innerWhys } from './inner-whys.ts';
import { nameServerHere } from './own-name-server.ts';
import { reasoningOf } from './reasoning.ts';
import { whoDidIt } from './removal.ts';
import type { Rooted } from './roots.ts';
import { sentence } from './sentence.ts';
import { whys } from './whys.ts';

/** A root as it is told: what to repair, who did it, how sure that is, what it explains. */
export function describeRoot(
  snapshot: Snapshot,
  judged: ReadonlyMap<LayerId, Judgement>,
  views: readonly LayerView[],
  rooted: Rooted,
  isFirst: boolean,
): Root {
  const { fault, explained } = rooted;
  const { finding, home, scope } = fault;
  const { object, problem, since } = finding;
  const heard = isFirst ? heardFromFlux(snapshot, rooted) : null;
  const removal =
    object === null ? nameServerHere(snapshot, finding) : whoDidIt(snapshot, problem, object, since);
  return {
    layer: home,
    problem,
    object,
    summary: sentence(finding),
    cause: removal?.cause ?? null,
    confidence: confidenceOf(rooted),
    signatures: signaturesOf(rooted),
    scope: scope === null ? null : { nodes: [...scope].sort() },
    since,
    explains: {
      layers: explainedLayers(views, rooted, isFirst),
      apps: explainedApps(judged, views, explained, isFirst),
    },
    ...reasoningOf(snapshot, home, finding),
    whys: whys(judged, rooted, removal, innerWhys(snapshot, rooted), heard),
  };
}

function signaturesOf({ fault, explained }: Rooted): readonly string[] {
  const ids = [fault, ...explained].flatMap(one =>
    one.finding.signature === null ? [] : [one.finding.signature],
  );
  return [...new Set(ids)].sort();
}

/** Layers whose failure follows from it; those that it merely hides belong to the first root. */
function explainedLayers(
  views: readonly LayerView[],
  { fault, explained }: Rooted,
  isFirst: boolean,
): readonly LayerId[] {
  return layerIds.filter(id => {
    if (id === fault.home) return false;
    const isHidden = isFirst && views.find(view => view.id === id)?.blockedBy === fault.home;
    return isHidden || explained.some(one => one.layer === id);
  });
}

function explainedApps(
  judged: ReadonlyMap<LayerId, Judgement>,
  views: readonly LayerView[],
  explained: Rooted['explained'],
  isFirst: boolean,
): number {
  const found = explained.filter(one => one.layer === 'apps');
  // Sources and namespaces are no applications.
  const named = found.filter(({ finding }) => applications.has(finding.object?.kind ?? '')).length;
  const view = views.find(one => one.id === 'apps');
  const measure = judged.get('apps')?.measure;
  const isAll = isFirst && found.length > 0 && view?.blockedBy !== null && measure != null;
  return isAll ? Math.max(named, measure.wanted - measure.ready) : named;
}

const applications: ReadonlySet<string> = new Set(['Kustomization', 'HelmRelease']);
