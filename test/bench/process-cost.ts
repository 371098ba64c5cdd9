import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its children have cost so far (Linux). CPU in seconds, memory in MiB. */
export function costOf(pid: number): { readonly cpuSeconds: number; readonly rssMiB: number } {
  let cpuSeconds = 0;
  let rssMiB = 0;
  for (const one of familyOf(pid)) {
    const fields = statOf(one);
    const isRoot = one === pid;
    // Time of children that have ended counts with the parent; the others are looked at themselves.
    const times = isRoot ? [11, 12, 13, 14] : [11, 12];
    cpuSeconds += times.reduce((sum, i) => sum + Number(fields[i] ?? 0), 0) / 100;
    rssMiB += Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${one}/status`))?.[1] ?? 0) / 1024;
  }
  return { cpuSeconds, rssMiB };
}

function familyOf(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => [Number(name), Number(statOf(Number(name))[1])] as const);
  const family = [root];
  for (const one of family) family.push(...parents.flatMap(([pid, parent]) => (parent === one ? [pid] : [])));
  return family;
}

/** The fields after the name, which may hold anything. */
function statOf(pid: number): readonly string[] {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
