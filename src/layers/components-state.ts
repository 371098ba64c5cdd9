import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Component, ComponentFinding } from './component.ts';
import type { ComponentFacts } from './components-facts.ts';
import { type ComponentWorkload, mainWorkload } from './components-workloads.ts';
import type { InstanceReport } from './flux-instance.ts';
import { isLocked, isPending } from './helm-locks.ts';
import type { HelmRelease } from './helm-releases.ts';
import { trustOf } from './stream-trust.ts';

export interface ComponentState {
  readonly verdict: Component['verdict'];
  readonly findings: readonly ComponentFinding[];
}

/**
 * What a component does, as far as it is seen. Its main workload decides; the others and its release can only make it
 * `degraded`. A release that says `deployed` proves nothing about what runs.
 */
export function componentState(
  snapshot: Snapshot,
  given: {
    readonly facts: ComponentFacts;
    readonly release: HelmRelease | undefined;
    readonly workloads: readonly ComponentWorkload[];
    readonly instance: InstanceReport | null;
  },
): ComponentState {
  const { facts, release, workloads, instance } = given;
  const trust = trustOf(snapshot, [
    'daemonsets',
    'deployments-system',
    'deployments-flux',
    'deployments-cert-manager',
  ]);
  if (trust.state !== 'live') return { verdict: 'unknown', findings: [] };
  const lock = release === undefined ? [] : releaseState(snapshot, release);
  if (instance !== null) {
    const findings = instance.findings
      .filter(one => one.severity !== 'note')
      .map(({ problem, message }) => ({ problem, message }));
    return combined({ verdict: instance.verdict, findings }, lock);
  }
  const main = mainWorkload(snapshot, workloads, facts);
  const others = workloads.filter(one => one !== main).map(workloadState);
  return combined(main === undefined ? nothingSeen(facts, release) : workloadState(main), [
    ...others,
    ...lock,
  ]);
}

function nothingSeen(facts: ComponentFacts, release: HelmRelease | undefined): ComponentState {
  const [main] = facts.workloads;
  if (release === undefined) {
    return { verdict: 'down', findings: [{ problem: 'missing', message: say`not installed` }] };
  }
  if (main === undefined) return { verdict: 'unknown', findings: [] };
  const { revision, status } = release;
  const message = say`${field(main)} does not exist, though Helm says rev ${revision} is ${field(status)}`;
  return { verdict: 'down', findings: [{ problem: 'missing', message }] };
}

function workloadState({ kind, name, report }: ComponentWorkload): ComponentState {
  const { problem, message, verdict } = report;
  if (problem === null || message === null) return { verdict, findings: [] };
  return { verdict, findings: [{ problem, message: say`${field(kind)} ${name}: ${message}` }] };
}

function releaseState(snapshot: Snapshot, release: HelmRelease): readonly ComponentState[] {
  const { status, revision } = release;
  const message = say`release rev ${revision} is ${field(status)}`;
  if (status === 'failed') {
    return [{ verdict: 'degraded', findings: [{ problem: 'release-failed', message }] }];
  }
  if (!isPending(release)) return [];
  const verdict = isLocked(release, snapshot.now) ? 'degraded' : 'progressing';
  return [{ verdict, findings: [{ problem: 'release-pending', message }] }];
}

const gravity = ['healthy', 'unknown', 'progressing', 'degraded', 'down'] as const;

function combined(main: ComponentState, others: readonly ComponentState[]): ComponentState {
  const verdicts = [main.verdict, ...others.map(one => (one.verdict === 'down' ? 'degraded' : one.verdict))];
  const worst = Math.max(...verdicts.map(one => gravity.indexOf(one)));
  return {
    verdict: gravity[worst] ?? 'unknown',
    findings: [main, ...others].flatMap(one => one.findings),
  };
}
