import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../recovery/plan.ts';
import { failpoint } from './failpoint.ts';
import { appendJson, isOurs, parseJson, readJson, readOwn, writeDurable } from './files.ts';
import type { Standing } from './lease-keeper.ts';
import { revivePlan } from './plan-file.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { isRunId } from './run-id.ts';

/** One line of `state.jsonl`. Times are local epoch ms. */
export type RunEvent =
  | { readonly event: 'planned'; readonly at: number; readonly by: string }
  | { readonly event: 'supervisor'; readonly at: number; readonly process: ProcessIdentity }
  | { readonly event: 'step'; readonly at: number; readonly step: number }
  | {
      readonly event: 'spawned';
      readonly at: number;
      readonly step: number;
      readonly process: ProcessIdentity;
    }
  | { readonly event: 'overdue'; readonly at: number; readonly step: number }
  | { readonly event: 'exited'; readonly at: number; readonly step: number; readonly code: number | null }
  | { readonly event: 'gate'; readonly at: number; readonly step: number }
  /** How it stands with the lock in the cluster. */
  | { readonly event: 'lease'; readonly at: number; readonly state: Standing; readonly why: string | null }
  | { readonly event: 'stop'; readonly at: number; readonly how: StopRung };

/** From mild to harsh. `after-step`: nothing is signalled, no further step begins. */
export type StopRung = 'after-step' | 'interrupt' | 'terminate' | 'kill';

/** How the performing ended. `unknown`: the server may or may not have done it. */
export interface RunExit {
  readonly at: number;
  readonly step: number;
  readonly code: number | null;
  readonly signal: string | null;
  readonly reason: 'done' | 'failed' | 'not-started' | 'stopped' | 'gate' | 'unknown';
  /** What groundup itself has to say; null when the tool's output says it. */
  readonly note: string | null;
}

export interface RunOutcome {
  readonly at: number;
  readonly state: 'succeeded' | 'failed' | 'unknown' | 'cancelled';
  readonly failure: string | null;
}

/** The files of one run. `out.log` and `err.log` are written by the tool itself, `marks.jsonl` says when. */
export const files = {
  plan: 'plan.json',
  state: 'state.jsonl',
  out: 'out.log',
  err: 'err.log',
  marks: 'marks.jsonl',
  exit: 'exit.json',
  outcome: 'outcome.json',
  kubeconfig: 'kubeconfig',
  tmp: 'tmp',
  stop: 'stop',
  /** Both logs in one, readable, when somebody asked for it. */
  saved: 'log.txt',
  gate: (step: number) => `gate-${step}.json`,
} as const;

export interface Journal {
  readonly id: string;
  readonly dir: string;
  readonly plan: Plan;
  readonly events: readonly RunEvent[];
  readonly exit: RunExit | null;
  readonly outcome: RunOutcome | null;
}

export function runsDir(stateDir: string): string {
  return join(stateDir, 'runs');
}

/** Ids of all runs, oldest first. Anything else in the directory is left alone. */
export async function runIds(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(runsDir(stateDir)).catch(() => []);
  return names.filter(isRunId).sort();
}

/** One run as it stands on disk; null when it is not ours, not there, or not readable. Never throws on damaged files. */
export async function readJournal(stateDir: string, id: string): Promise<Journal | null> {
  if (!isRunId(id)) return null;
  const dir = join(runsDir(stateDir), id);
  const stat = await lstat(dir).catch(() => null);
  if (stat === null || !stat.isDirectory() || !isOurs(stat.uid)) return null;
  const plan = revivePlan(await readJson(join(dir, files.plan)));
  if (plan === null) return null;
  const [state, exit, outcome] = await Promise.all([
    readOwn(join(dir, files.state), 8_388_608),
    readJson(join(dir, files.exit)),
    readJson(join(dir, files.outcome)),
  ]);
  return { id, dir, plan, events: parseEvents(state ?? ''), exit: asExit(exit), outcome: asOutcome(outcome) };
}

export function record(dir: string, event: RunEvent): Promise<void> {
  return appendJson(join(dir, files.state), event);
}

export function writeExit(dir: string, exit: RunExit): Promise<void> {
  return writeDurable(join(dir, files.exit), JSON.stringify(exit), () => failpoint('exit-half-written'));
}

export function lastEvent<E extends RunEvent['event']>(
  events: readonly RunEvent[],
  kind: E,
): Extract<RunEvent, { event: E }> | null {
  const found = events.findLast((event): event is Extract<RunEvent, { event: E }> => event.event === kind);
  return found ?? null;
}

/** A line that was cut short by a crash is skipped. */
function parseEvents(text: string): readonly RunEvent[] {
  return text.split('\n').flatMap(line => {
    const event = parseJson(line);
    const usable = isRecord(event) && typeof event.event === 'string' && typeof event.at === 'number';
    return usable ? [event as unknown as RunEvent] : [];
  });
}

function asExit(raw: unknown): RunExit | null {
  if (!isRecord(raw) || typeof raw.at !== 'number' || typeof raw.reason !== 'string') return null;
  return {
    at: raw.at,
    step: typeof raw.step === 'number' ? raw.step : 0,
    code: typeof raw.code === 'number' ? raw.code : null,
    signal: typeof raw.signal === 'string' ? raw.signal : null,
    reason: raw.reason as RunExit['reason'],
    note: typeof raw.note === 'string' ? raw.note : null,
  };
}

const ends: readonly unknown[] = ['succeeded', 'failed', 'unknown', 'cancelled'];

function asOutcome(raw: unknown): RunOutcome | null {
  if (!isRecord(raw) || typeof raw.at !== 'number' || !ends.includes(raw.state)) return null;
  const failure = typeof raw.failure === 'string' ? raw.failure : null;
  return { at: raw.at, state: raw.state as RunOutcome['state'], failure };
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
