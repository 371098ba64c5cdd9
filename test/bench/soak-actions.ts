import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createWorld, outcomeOf, planOf, started, toolStep } from '../runs/world.ts';

/** What many actions left behind. */
export interface LeftBehind {
  readonly succeeded: number;
  readonly diskMiB: number;
  readonly runs: number;
  readonly zombies: number;
  readonly openFiles: number;
}

/** Runs so many actions one after the other, each by a real supervisor with a real tool that prints a hundred lines. */
export async function manyActions(count: number): Promise<LeftBehind> {
  const world = await createWorld();
  try {
    let succeeded = 0;
    let filesBefore = 0;
    const runs = world.groundup();
    for (let i = 0; i < count; i++) {
      const run = await started(runs, planOf([toolStep(['count=100'])]));
      if ((await outcomeOf(runs, run.id)).state === 'succeeded') succeeded += 1;
      if (i === Math.min(20, count - 1)) filesBefore = openFiles();
    }
    const folder = join(world.stateDir, 'runs');
    return {
      succeeded,
      diskMiB: bytesBelow(world.stateDir) / 2 ** 20,
      runs: readdirSync(folder).length,
      zombies: zombies(),
      openFiles: openFiles() - filesBefore,
    };
  } finally {
    await world.end();
  }
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(one => one.isFile())
    .reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Children of ours that ended and that nobody asked for. */
function zombies(): number {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' && Number(parent) === process.pid;
      } catch {
        return false;
      }
    }).length;
}
