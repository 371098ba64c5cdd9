import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { commandsOf } from '../recovery/make-plan.ts';
import type { Plan, Seen } from '../recovery/plan.ts';
import { appendJson } from './files.ts';

/** Who sits here: `ops@jump-1`, with the person behind sudo. */
export function whoAmI(): string {
  const { SUDO_USER: sudo } = process.env;
  const user = userInfo().username;
  return `${sudo === undefined ? user : `${sudo} as ${user}`}@${hostname()}`;
}

export interface AuditEntry {
  readonly at: number;
  readonly event: 'started' | 'stop' | 'ended';
  readonly run: string;
  readonly plan: Plan;
  readonly detail: string | null;
  /** Of what has ended. */
  readonly outcome?: string;
  readonly durationMs?: number;
  readonly after?: Seen | null;
}

/** Adds one line to the audit file. It only grows; what has happened is not rewritten. */
export function audit(stateDir: string, entry: AuditEntry): Promise<void> {
  const { plan, run, event, detail, outcome, durationMs, after } = entry;
  return appendJson(auditFile(stateDir), {
    at: new Date(entry.at).toISOString(),
    event,
    run,
    ...who(),
    asked: plan.healing === undefined ? 'by a person' : 'by nobody: self-healing',
    root: plan.healing?.root ?? null,
    action: plan.action,
    target: plan.target,
    object: plan.about ?? null,
    cluster: plan.cluster,
    commands: commandsOf(plan.steps),
    before: plan.before ?? null,
    ...(event === 'ended' ? { after: after ?? null, outcome, durationMs } : {}),
    detail,
  });
}

/** Writes down why self-healing left something to people. */
export function auditHealing(
  stateDir: string,
  entry: {
    readonly at: number;
    readonly cluster: Plan['cluster'];
    readonly root: string;
    readonly event: 'needs a human' | 'healing stopped' | 'healing resumed';
    readonly detail: string | null;
  },
): Promise<void> {
  const { at, event, root, cluster, detail } = entry;
  return appendJson(auditFile(stateDir), {
    at: new Date(at).toISOString(),
    event,
    run: null,
    ...who(),
    root,
    cluster,
    detail,
  });
}

export function auditFile(stateDir: string): string {
  return join(stateDir, 'audit.jsonl');
}

function who() {
  const { SUDO_USER, SSH_CONNECTION } = process.env;
  return {
    by: whoAmI(),
    user: userInfo().username,
    host: hostname(),
    sudo: SUDO_USER ?? null,
    from: SSH_CONNECTION?.split(' ')[0] ?? null,
  };
}
