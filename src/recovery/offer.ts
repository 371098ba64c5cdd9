import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Diagnosis, Root } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Problem } from '../layers/problems.ts';
import type { Safe } from '../text/safe.ts';
import type { Action, Bench, Fault, Tried } from './action.ts';
import { actions } from './actions/index.ts';
import { suspendedByUs } from './flux-objects.ts';
import { blockedBy } from './guard.ts';
import { guidesFor } from './guides.ts';
import { commandsOf } from './make-plan.ts';
import type { Plan, Remedy, Workshop } from './plan.ts';
import { joinRecovery } from './recover-all.ts';
import { parseRef } from './target.ts';
import { hasFailed } from './tried.ts';

/**
 * What can be done about each layer, the best first. Layers with nothing to repair are absent. `now`: local epoch ms.
 * The remedies of the root come first in its layer, so that the first of them is the one behind the banner's key.
 */
export function offer(
  diagnosis: Diagnosis,
  snapshot: Snapshot,
  workshop: Workshop,
  now: number,
  tried: readonly Tried[] = [],
  custom: readonly Action[] = [],
): ReadonlyMap<LayerId, readonly Remedy[]> {
  const bench: Bench = { diagnosis, snapshot, workshop, now, tried, custom };
  const offered = new Map<LayerId, readonly Remedy[]>();
  for (const view of diagnosis.layers) {
    const roots = [diagnosis.root, ...diagnosis.otherRoots].filter(root => root?.layer === view.id);
    const faults: Fault[] = roots.flatMap(root => (root === null ? [] : [faultOf(root)]));
    const findings = view.findings.filter(
      finding => finding.severity !== 'note' || undoable.has(finding.problem),
    );
    const worst = findings.slice(0, FINDINGS_CAP);
    if (view.id === 'apps') faults.unshift(...forgotten(bench));
    faults.push(...worst.map(finding => ({ ...finding, layer: finding.chargedTo ?? view.id })));
    const whole = diagnosis.root?.layer === view.id ? recoverAll(bench) : [];
    const remedies = distinct(faults.flatMap(fault => remediesForFault(fault, bench)));
    const all = [...remedies.slice(0, 1), ...whole, ...remedies.slice(1)];
    if (all.length > 0) offered.set(view.id, all);
  }
  return offered;
}

/** What a plan of ours suspended and never resumed: nothing that Git says arrives there any more. */
function forgotten(bench: Bench): readonly Fault[] {
  return suspendedByUs(bench).map(object => ({ layer: 'apps', problem: 'suspended', object, nodes: null }));
}

/** Enough for a list that a person reads; for one object there is `remediesForObject`. */
const FINDINGS_CAP = 20;

/** Done on purpose, so no fault; but it can be undone from here. */
const undoable: ReadonlySet<Problem> = new Set<Problem>(['cordoned', 'suspended']);

/** What can be done about one object of a layer, for all that is found wrong with it. */
export function remediesForObject(layer: LayerId, object: ObjectRef, bench: Bench): readonly Remedy[] {
  const findings = bench.diagnosis.layers.find(view => view.id === layer)?.findings ?? [];
  const own = findings.filter(one => one.object !== null && refText(one.object) === refText(object));
  return distinct(own.flatMap(one => remediesForFault({ ...one, layer: one.chargedTo ?? layer }, bench)));
}

/** The remedies of one cause, best first. */
export function remediesFor(root: Root, bench: Bench): readonly Remedy[] {
  return remediesForFault(faultOf(root), bench);
}

/**
 * The best thing to do about a cause: the first that can be done now, by a key or, when no action would help, by hand;
 * else the first that waits for something; null for nothing.
 */
export function bestRemedy(root: Root, bench: Bench): Remedy | null {
  const remedies = remediesFor(root, bench);
  const now = remedies.find(remedy => remedy.blockedBy === null || remedy.plan.steps.length === 0);
  return now ?? remedies[0] ?? null;
}

/** Everything that is broken for reasons of its own, in one go; empty when there is one cause only. */
function recoverAll(bench: Bench): readonly Remedy[] {
  const plan = joinRecovery(bench, bestRemedy);
  return plan === null ? [] : [remedyOf(plan, null, null)];
}

/** An action asked for by name. `target` null takes the only or best target; the answer is null when there is none. */
export function planAction(id: string, target: Safe | null, bench: Bench): Plan | null {
  if (id === 'recover' && target === null) return recoverAll(bench)[0]?.plan ?? null;
  const action = allActions(bench).find(one => one.id === id);
  if (action === undefined) return null;
  if (action.takesAny === true) return action.plan(target, bench);
  const known = action.targets(bench);
  const chosen =
    known.find(one => one === target) ?? (target === null && known.length === 1 ? known[0] : null);
  return chosen === undefined || (chosen === null && target !== null) ? null : action.plan(chosen, bench);
}

/** Everything that a key stands for, whether something is wrong there or not; at most a hundred. */
export function remediesForKey(key: string, bench: Bench): readonly Remedy[] {
  return allActions(bench)
    .filter(action => action.key === key)
    .flatMap(action =>
      action
        .targets(bench)
        .slice(0, 100)
        .flatMap(target => {
          const plan = action.plan(target, bench);
          return plan === null ? [] : [remedyOf(plan, key, null)];
        }),
    );
}

/** The built-in actions, and those of the configuration. */
export function allActions({ custom = [] }: Pick<Bench, 'custom'>): readonly Action[] {
  return [...actions, ...custom];
}

/** A plan as something to offer. */
export function remedyOf(plan: Plan, key: string | null, object: Fault['object']): Remedy {
  const about = object ?? parseRef(plan.target);
  return {
    action: plan.action,
    key,
    title: plan.title,
    target: plan.target,
    object,
    danger: plan.danger,
    commands: commandsOf(plan.steps),
    blockedBy: blockedBy(plan.guards),
    plan: about === null ? plan : { ...plan, about },
  };
}

function faultOf(root: Root): Fault {
  return { layer: root.layer, problem: root.problem, object: root.object, nodes: root.scope?.nodes ?? null };
}

function remediesForFault(fault: Fault, bench: Bench): readonly Remedy[] {
  const ranked = allActions(bench).flatMap(action =>
    action.treats(fault, bench).flatMap(({ target, rank }) => {
      const remedy = tryPlan(action, target, fault, bench);
      const again = hasFailed(bench, action.id, target) ? FAILED_BEFORE : 0;
      return remedy === null ? [] : [{ remedy, rank: rank + again }];
    }),
  );
  ranked.push(...guidesFor(fault, bench));
  return ranked.toSorted((a, b) => a.rank - b.rank).map(one => one.remedy);
}

/** What failed when it was last tried comes after what was not tried yet, but before syncing everything. */
const FAILED_BEFORE = 75;

function tryPlan(action: Action, target: Safe | null, fault: Fault, bench: Bench): Remedy | null {
  const plan = action.plan(target, bench);
  return plan === null ? null : remedyOf(plan, action.key, fault.object);
}

function distinct(remedies: readonly Remedy[]): readonly Remedy[] {
  const seen = new Map<string, Remedy>();
  for (const remedy of remedies) {
    const id = remedy.action === 'guide' ? remedy.title : `${remedy.action} ${remedy.target}`;
    if (!seen.has(id)) seen.set(id, remedy);
  }
  return [...seen.values()];
}
