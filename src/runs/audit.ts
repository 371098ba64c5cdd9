import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { commandsOf } from '../recovery/make-plan.ts';
import type { Plan } from '../recovery/plan.ts';
import { appendJson } from './files.ts';

/** Who sits here: `ops@jump-1`, with the person behind sudo. */
export function whoAmI(): string {
  const { SUDO_USER: sudo } = process.env;
  const user = userInfo().username;
  return `${sudo === undefined ? user : `${sudo} as ${user}`}@${hostname()}`;
}

/** Adds one line to the audit file. It only grows; what has happened is not rewritten. */
export function audit(
  stateDir: string,
  entry: {
    readonly at: number;
    readonly event: 'started' | 'stop' | 'ended';
    readonly run: string;
    readonly plan: Plan;
    readonly detail: string | null;
  },
): Promise<void> {
  const { plan, run, event, detail } = entry;
  return appendJson(join(stateDir, 'audit.jsonl'), {
    at: new Date(entry.at).toISOString(),
    event,
    run,
    by: whoAmI(),
    from: process.env.SSH_CONNECTION?.split(' ')[0] ?? null,
    action: plan.action,
    target: plan.target,
    cluster: plan.cluster,
    commands: commandsOf(plan.steps),
    detail,
  });
}
