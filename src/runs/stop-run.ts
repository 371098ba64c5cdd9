import { join } from 'node:path';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { audit } from './audit.ts';
import { writeDurable } from './files.ts';
import { files, type Journal, lastEvent, readJournal, record, type StopRung } from './journal.ts';
import { lifeOf } from './process-identity.ts';

export type Stopped = { readonly ok: true; readonly note: Safe } | { readonly ok: false; readonly why: Safe };

/** Helm needs this long to mark its release failed; ending it sooner leaves the release locked. */
const PATIENCE_MS = 120_000;

/**
 * Stops a run by the mildest means that was not tried yet: `after-step` begins no further step, `interrupt` asks the
 * tool (helmfile passes that on to helm), `terminate` asks harder after two minutes, `kill` ends the whole group and
 * leaves a Helm release locked. Each rung needs the one before.
 */
export async function stopRun(stateDir: string, id: string, how: StopRung, now: number): Promise<Stopped> {
  const journal = await readJournal(stateDir, id);
  if (journal === null) return { ok: false, why: say`there is no such run` };
  if (journal.exit !== null || journal.outcome !== null) return { ok: false, why: say`it has ended already` };
  const objection = tooEarly(journal, how, now);
  if (objection !== null) return { ok: false, why: objection };
  try {
    await writeDurable(join(journal.dir, files.stop), JSON.stringify({ how, at: now }));
    await record(journal.dir, { event: 'stop', at: now, how });
    await audit(stateDir, { at: now, event: 'stop', run: id, plan: journal.plan, detail: how });
  } catch (error) {
    return { ok: false, why: say`it cannot be written down: ${field(String(error))}` };
  }
  if (how === 'after-step') return { ok: true, note: say`no further step will begin` };
  return signalTool(journal, how);
}

function tooEarly(journal: Journal, how: StopRung, now: number): Safe | null {
  const sent = (rung: StopRung) => journal.events.find(one => one.event === 'stop' && one.how === rung);
  const before = how === 'terminate' ? sent('interrupt') : how === 'kill' ? sent('terminate') : null;
  if (before === null) return null;
  if (before === undefined)
    return how === 'kill' ? say`it was not asked to terminate yet` : say`it was not interrupted yet`;
  const wait = Math.ceil((before.at + PATIENCE_MS - now) / 1000);
  return how === 'terminate' && wait > 0
    ? say`it was interrupted; give it ${wait} s more to end in order`
    : null;
}

const signals = { interrupt: 'SIGINT', terminate: 'SIGTERM', kill: 'SIGKILL' } as const;

/** Only the direct child is asked, which then ends its own children in order; killing takes the group. */
async function signalTool(journal: Journal, how: keyof typeof signals): Promise<Stopped> {
  const spawned = lastEvent(journal.events, 'spawned');
  const isCurrent = spawned !== null && lastEvent(journal.events, 'exited')?.step !== spawned.step;
  if (!isCurrent || (await lifeOf(spawned.process)) !== 'alive')
    return { ok: true, note: say`no tool runs at the moment; no further step will begin` };
  const { pid } = spawned.process;
  try {
    process.kill(how === 'kill' ? -pid : pid, signals[how]);
  } catch {
    return { ok: true, note: say`the tool ended by itself` };
  }
  return how === 'kill'
    ? { ok: true, note: say`killed; a Helm release in work stays pending` }
    : { ok: true, note: say`asked to stop; it may take a while to end in order` };
}
