import type { App, Fault, Item, Need } from './apps-model.ts';
import { compare } from './judgement.ts';
import type { Problem } from './problems.ts';

/** One first failure: nothing that it needs fails. `blocks` are the keys of the applications that wait for it. */
export interface FirstFailure {
  readonly item: Item;
  readonly fault: Fault;
  readonly blocks: readonly string[];
}

export interface FailureGraph {
  /** Sources first, then what blocks most. */
  readonly firsts: readonly FirstFailure[];
  /** Keys of applications that fail or wait because of a first failure. */
  readonly blocked: ReadonlySet<string>;
}

type Items = ReadonlyMap<string, Item>;

/**
 * Follows what failing and waiting objects need down to what fails by itself, so that one cause is named once.
 * An object that waits for something that works is in progress and no failure. Those that wait for each other in a
 * circle have no first: the circle is reported at the one whose name comes first.
 */
export function failureGraph(
  apps: ReadonlyMap<string, App>,
  others: ReadonlyMap<string, Item>,
): FailureGraph {
  const items: Items = new Map<string, Item>([...others, ...apps]);
  const keys = [...items.keys()].filter(key => faultIn(items.get(key)) !== null).sort(compare);
  const needs = new Map(keys.map(key => [key, failingNeeds(key, items)]));
  const users = reversed(needs);
  const ends = keys.filter(key => needs.get(key)?.length === 0);
  const reached = new Map<string, readonly string[]>();
  for (const key of ends) if (failsItself(key, items)) reached.set(key, reach(key, users));
  const idle = ends.filter(key => !reached.has(key)).flatMap(key => [key, ...reach(key, users)]);
  const explained = new Set([...reached.keys(), ...[...reached.values()].flat(), ...idle]);
  for (const key of keys) {
    if (explained.has(key) || !reach(key, needs).includes(key)) continue;
    const members = reach(key, users).filter(other => other !== key);
    reached.set(key, members);
    for (const member of [key, ...members]) explained.add(member);
  }
  const firsts = [...reached].flatMap(([key, followers]) => {
    const item = items.get(key);
    const fault = faultIn(item);
    const blocks = followers.filter(follower => apps.has(follower));
    return item === undefined || fault === null ? [] : [{ item, fault, blocks }];
  });
  const rank = (one: FirstFailure) => (apps.has(one.item.key) ? 1 : 0);
  firsts.sort(
    (a, b) => rank(a) - rank(b) || b.blocks.length - a.blocks.length || compare(a.item.key, b.item.key),
  );
  return { firsts, blocked: new Set(firsts.flatMap(one => one.blocks)) };
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** All keys that can be reached from one along the edges, itself only when it lies on a circle. */
function reach(from: string, edges: Edges): readonly string[] {
  const seen = new Set<string>();
  const queue = [...(edges.get(from) ?? [])];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    queue.push(...(edges.get(key) ?? []));
  }
  return [...seen];
}

function reversed(edges: Edges): Edges {
  const back = new Map<string, string[]>();
  for (const [from, targets] of edges) {
    for (const to of targets) {
      const known = back.get(to);
      if (known === undefined) back.set(to, [from]);
      else known.push(from);
    }
  }
  return back;
}

/** What a fault of this kind can come from; an application that fails otherwise is not excused by what it needs. */
const excuses: Readonly<Partial<Record<Problem, readonly Need['as'][]>>> = {
  'source-failed': ['source'],
  'health-check-failed': ['health'],
  'dependency-not-ready': ['dependency', 'source'],
  'namespace-terminating': ['namespace'],
};

function failingNeeds(key: string, items: Items): readonly string[] {
  const item = items.get(key);
  const fault = faultIn(item);
  const accepted = fault === null ? [] : (excuses[fault.problem] ?? []);
  return (item?.needs ?? []).flatMap(need =>
    accepted.includes(need.as) && faultIn(items.get(need.key)) !== null ? [need.key] : [],
  );
}

/** It fails by its own fault, or waits for something suspended, which nobody else will say. */
function failsItself(key: string, items: Items): boolean {
  const item = items.get(key);
  if (item?.standing.state === 'failing') return true;
  return item?.needs.some(need => items.get(need.key)?.standing.state === 'suspended') ?? false;
}

function faultIn(item: Item | undefined): Fault | null {
  return item !== undefined && 'fault' in item.standing ? item.standing.fault : null;
}
