import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { whoAmI } from './audit.ts';
import { privateDir, readJson, writeDurable } from './files.ts';

/** Stops self-healing of a cluster on this machine, for the monitor and for timers, until it is resumed. */
export async function pauseHealing(stateDir: string, uid: string, at: number): Promise<void> {
  await privateDir(join(stateDir, 'healing'));
  await writeDurable(fileOf(stateDir, uid), JSON.stringify({ at, by: whoAmI() }));
}

export async function resumeHealing(stateDir: string, uid: string): Promise<void> {
  await unlink(fileOf(stateDir, uid)).catch(() => {});
}

/** Who stopped it, in words; null when it may go on. */
export async function healingPaused(stateDir: string, uid: string): Promise<Safe | null> {
  const raw = await readJson(fileOf(stateDir, uid));
  if (typeof raw !== 'object' || raw === null) return null;
  const { by } = raw as { by?: unknown };
  return say`self-healing was stopped by ${field(typeof by === 'string' ? by : 'somebody')}: H or groundup heal --resume turns it on again`;
}

function fileOf(stateDir: string, uid: string): string {
  return join(stateDir, 'healing', `${uid.replace(/[^A-Za-z0-9-]/g, '_')}.paused`);
}
