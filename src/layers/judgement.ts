import type { ObjectRef } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import type { Finding, Judgement, UnknownReason, Verdict } from './layer.ts';
import { rankOf } from './precedence.ts';
import type { Problem, Severity } from './problems.ts';
import type { Trust } from './stream-trust.ts';

/** Builds a finding; what is not said is null. */
export function finding(
  given: {
    readonly problem: Problem;
    readonly severity: Severity;
    readonly message: Safe;
  } & Partial<Finding>,
): Finding {
  return { object: null, signature: null, since: null, nodes: null, chargedTo: null, ...given };
}

/** Names an object of the cluster from its kind and metadata. */
export function ref(kind: string, meta: { readonly name: Safe; readonly namespace?: Safe }): ObjectRef {
  return { kind: field(kind), namespace: meta.namespace ?? null, name: meta.name };
}

/** Names an object that may not exist. */
export function named(kind: string, namespace: string | null, name: string): ObjectRef {
  return { kind: field(kind), namespace: namespace === null ? null : field(namespace), name: field(name) };
}

export interface Given {
  readonly verdict: Verdict;
  readonly summary: Safe;
  readonly trust: Trust;
  readonly reason?: UnknownReason | null;
  readonly measure?: Judgement['measure'];
  readonly findings?: readonly Finding[];
  readonly since?: number | null;
}

/**
 * A judgement as far as its data can be trusted: data that is missing makes it `unknown` with the reason, old data
 * makes it `unknown` and `stale` with the last known summary and findings. So no rule can turn green on old news.
 * `since` is that of the oldest grave finding unless given.
 */
export function judgement(given: Given): Judgement {
  const { trust } = given;
  const findings = sortFindings(given.findings ?? []);
  const stale = trust.state === 'stale';
  const blind = trust.state === 'unknown';
  return {
    verdict: stale || blind ? 'unknown' : given.verdict,
    reason: stale
      ? 'stale'
      : blind
        ? trust.reason
        : given.verdict === 'unknown'
          ? (given.reason ?? 'no-evidence')
          : null,
    summary: blind ? trust.message : given.summary,
    measure: blind ? null : (given.measure ?? null),
    findings: blind ? [] : findings,
    since: given.since === undefined ? oldest(findings) : given.since,
    confirmedAt: trust.confirmedAt,
    stale,
  };
}

const rank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, note: 2 };

/** Worst first; the same order for the same set, whatever order they were found in. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  return findings
    .map(one => ({ one, grade: rank[one.severity] * 100 + rankOf(one.problem), key: sortKey(one) }))
    .sort((a, b) => a.grade - b.grade || compare(a.key, b.key))
    .map(({ one }) => one);
}

function sortKey(finding: Finding): string {
  const object = finding.object;
  const name = object === null ? '' : `${object.kind}/${object.namespace ?? ''}/${object.name}`;
  return `${finding.problem} ${name} ${finding.message}`;
}

/** Orders text by code unit: the same on every machine, unlike a locale's order. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function oldest(findings: readonly Finding[]): number | null {
  const worst = findings[0]?.severity;
  const times = findings.flatMap(f =>
    f.severity === worst && f.severity !== 'note' && f.since !== null ? [f.since] : [],
  );
  return times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b));
}

const gravity: Readonly<Record<Verdict, number>> = {
  healthy: 0,
  progressing: 1,
  unknown: 2,
  blocked: 3,
  degraded: 4,
  down: 5,
};

/** The gravest of several verdicts; healthy when there is none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (gravity[b] > gravity[a] ? b : a), 'healthy');
}
