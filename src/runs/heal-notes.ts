import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { auditTail } from './audit-tail.ts';

/** What self-healing did not do, or who stopped it. `at`: epoch ms of whoever keeps it. */
export interface HealNote {
  readonly at: number;
  readonly text: Safe;
}

/** The notes on a cluster in the audit file, oldest first, at local time; also those of timers that have ended since. */
export async function healNotes(stateDir: string, uid: string): Promise<readonly HealNote[]> {
  const entries = (await auditTail(stateDir)) ?? [];
  return entries.flatMap(raw => {
    const { at, event, by, detail, cluster } = (raw ?? {}) as Partial<Entry>;
    const text = textOf(event, field(String(by ?? 'somebody')), field(String(detail ?? '')));
    const time = Date.parse(String(at));
    return text === null || cluster?.uid !== uid || !Number.isFinite(time) ? [] : [{ at: time, text }];
  });
}

interface Entry {
  readonly at: string;
  readonly event: string;
  readonly by: string;
  readonly detail: string | null;
  readonly cluster: { readonly uid?: string | null } | null;
}

function textOf(event: string | undefined, by: Safe, detail: Safe): Safe | null {
  switch (event) {
    case 'needs a human':
      // In front of the sentence stands the name of the rail.
      return say`self-healing left it to people: ${detail.replace(/^[a-z]+: /, '') as Safe}`;
    case 'healing stopped':
      return say`self-healing was stopped by ${by}`;
    case 'healing resumed':
      return say`self-healing was turned on again by ${by}`;
    default:
      return null;
  }
}
