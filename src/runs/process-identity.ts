import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process that cannot be mistaken for another one: numbers are reused, start times and boots are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** From `/proc/PID/stat` field 22, or what `ps` prints; null when neither can tell. */
  readonly startTime: string | null;
  readonly bootId: string | null;
  readonly host: string;
}

export async function identityOf(pid: number): Promise<ProcessIdentity> {
  const stat = await readStat(pid);
  return { pid, startTime: stat?.startTime ?? null, bootId: await bootId(), host: hostname() };
}

/**
 * `elsewhere`: it belongs to another machine, so nothing can be said. A process that has ended but was not collected
 * by its parent counts as gone.
 */
export async function lifeOf(process: ProcessIdentity): Promise<'alive' | 'gone' | 'elsewhere'> {
  if (process.host !== hostname()) return 'elsewhere';
  if (process.bootId !== (await bootId())) return 'gone';
  const stat = await readStat(process.pid);
  return stat !== null && stat.state !== 'Z' && stat.startTime === process.startTime ? 'alive' : 'gone';
}

async function readStat(pid: number): Promise<{ startTime: string; state: string } | null> {
  if (process.platform !== 'linux') return askPs(pid);
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command in parentheses and may hold spaces and parentheses itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function askPs(pid: number): Promise<{ startTime: string; state: string } | null> {
  return new Promise(resolve => {
    const args = ['-o', 'state=,lstart=', '-p', String(pid)];
    execFile('ps', args, { timeout: 2_000, env: { ...process.env, LC_ALL: 'C' } }, (error, out) => {
      const match = /^\s*(\S)\S*\s+(.+?)\s*$/.exec(out);
      resolve(error || match === null ? null : { state: match[1] ?? '', startTime: match[2] ?? '' });
    });
  });
}

async function bootId(): Promise<string | null> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  } catch {
    return null;
  }
}
