import { join } from 'node:path';
import { field } from '../text/field.ts';
import { files, type Journal, lastEvent } from './journal.ts';
import type { Run, RunState } from './run.ts';
import type { Tail } from './tail.ts';

/** A run as it is shown, from what is on disk. `tail` null: without its output. */
export function toRun(journal: Journal, tail: Tail | null): Run {
  const { events, exit, outcome } = journal;
  return {
    id: journal.id,
    plan: journal.plan,
    state: stateOf(journal),
    startedAt: startedAt(journal),
    endedAt: outcome?.at ?? null,
    step: exit?.step ?? lastEvent(events, 'step')?.step ?? 0,
    exitCode: exit?.code ?? null,
    failure: outcome === null || outcome.failure === null ? null : field(outcome.failure),
    overdue: exit === null && isOverdue(journal),
    lines: tail?.lines() ?? [],
    dropped: tail?.dropped() ?? 0,
    logFile: join(journal.dir, files.out),
  };
}

export function startedAt(journal: Journal): number {
  return journal.events[0]?.at ?? 0;
}

function stateOf({ events, exit, outcome }: Journal): RunState {
  if (outcome !== null) return outcome.state;
  if (exit !== null) return 'verifying';
  return lastEvent(events, 'step') === null ? 'planned' : 'running';
}

function isOverdue({ events }: Journal): boolean {
  const overdue = lastEvent(events, 'overdue');
  return overdue !== null && overdue.step === lastEvent(events, 'step')?.step;
}
