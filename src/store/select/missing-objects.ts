import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import type { Finding, LayerId } from '../../layers/layer.ts';
import type { Problem } from '../../layers/problems.ts';
import { say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { type Reading, sameRef } from '../looking.ts';
import { layerOf } from './chosen.ts';
import { type Fact, fact } from './fact.ts';
import { findObject } from './find-object.ts';
import type { Word } from './object-word.ts';

/** An object that a finding says does not exist. */
export interface Missing {
  readonly ref: ObjectRef;
  readonly finding: Finding;
}

const problems: readonly Problem[] = ['missing', 'instance-missing', 'node-missing'];

/** What a layer lacks, in the order of its findings. Nothing in the past: its objects are not remembered, lost or not. */
export function missingObjects(state: AppState, layer: LayerId): readonly Missing[] {
  const snapshot = state.world.model?.snapshot;
  if (snapshot === undefined || state.view.asOf !== null) return [];
  const found: Missing[] = [];
  for (const finding of layerOf(state, layer)?.findings ?? []) {
    const ref = finding.object;
    if (ref === null || !isMissing(finding, ref, snapshot)) continue;
    if (!found.some(other => sameRef(other.ref, ref))) found.push({ ref, finding });
  }
  return found;
}

/** The same for one object, whichever layer lacks it; null when nothing says that it is gone. */
export function missingObject(state: AppState, ref: ObjectRef): Missing | null {
  for (const { id } of state.world.model?.diagnosis.layers ?? []) {
    const found = missingObjects(state, id).find(other => sameRef(other.ref, ref));
    if (found !== undefined) return found;
  }
  return null;
}

/** How it is doing, as the word of an object that is there. */
export function missingWord({ finding: { severity, message, since } }: Missing): Word {
  const tone = severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'dim';
  return { word: say`missing`, note: message, tone, since };
}

/** That it does not exist, what the API server answered, and who removed it as far as the records tell. */
export function missingFacts(
  state: AppState,
  { ref, finding }: Missing,
  reading: Reading | null,
): readonly Fact[] {
  const said = reading?.state === 'failed' && reading.message !== null ? [fact(reading.message, 'dim')] : [];
  return [fact(finding.message, 'bad', 0, { since: finding.since }), ...said, ...deed(state, ref, finding)];
}

function deed(state: AppState, ref: ObjectRef, { problem }: Finding): readonly Fact[] {
  const diagnosis = state.world.model?.diagnosis;
  const roots = diagnosis?.root == null ? [] : [diagnosis.root, ...diagnosis.otherRoots];
  const root = roots.find(({ object }) => object !== null && sameRef(object, ref));
  if (root === undefined || problem === 'node-missing') return [];
  // A root whose cause is known ends its chain with who did it.
  const why = root.cause === null ? undefined : root.whys.at(-1);
  if (why === undefined)
    return [fact(say`only the audit log of the API server can tell who removed it`, 'dim')];
  return [
    fact(why.question, 'strong'),
    fact(why.answer, 'plain', 2),
    ...why.evidence.map(text => fact(text, 'dim', 4)),
  ];
}

/** An object that came back since is there, whatever a finding that is a moment old says. */
function isMissing(finding: Finding, ref: ObjectRef, snapshot: Snapshot): boolean {
  return problems.includes(finding.problem) && findObject(snapshot, ref) === null;
}
