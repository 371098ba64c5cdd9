import { readFileSync } from 'node:fs';
import { type SizeName, sizes } from './large-world.ts';
import { type Figures, idle, start } from './measure.ts';
import { groundup, k9s, type Program } from './program.ts';
import { table } from './rows.ts';
import { type Served, serveReal, serveSimulated } from './served.ts';
import { named, situations } from './situations.ts';

/**
 * Measures the monitor in a terminal of 120x40 against clusters of three sizes, and k9s beside it where it is on PATH.
 *   npm run bench -- --sizes S,M,L --runs 5 --idle 60
 *   npm run bench -- --sizes L --kubeconfig FILE    a filled API server on this machine instead of the simulated one
 * Wall times and CPU of starts are the least of the runs: what else the machine does only adds to them.
 */
const runs = Number(option('runs', '5'));
const idleSeconds = Number(option('idle', '60'));
const real = option('kubeconfig', '');
const chosen = option('sizes', 'S,M,L')
  .split(',')
  .filter((name): name is SizeName => name in sizes);
const ours = groundup();
const theirs = k9s();
console.log(
  `${theirs === null ? 'k9s is not on PATH: no comparison. ' : ''}The least of ${runs} starts, ${idleSeconds} s idle.\n`,
);
for (const size of chosen) {
  const served = real === '' ? await serveSimulated(size) : await serveReal(real, readFileSync(real, 'utf8'));
  try {
    const { nodes, pods } = sizes[size];
    const title = `${size}: ${nodes} nodes, ${pods} pods (${served.what})`;
    const other = theirs === null ? null : await common(theirs, served, size);
    console.log(table(title, size, await all(served, size), other));
  } finally {
    await served.close();
  }
}

async function all(served: Served, size: SizeName): Promise<Figures> {
  const { order } = served;
  const figures = await common(ours, served, size);
  const quiet = await idle(ours, served, size, Math.min(idleSeconds, 20), ['--no-clock']);
  const also = { ...figures, quietBytes: quiet.bytesPerSecond ?? Number.NaN };
  if (order === null) return also;
  return { ...also, ...(await named(ours, served, order)), ...(await situations(ours, served, size, order)) };
}

/** What any program can be asked. The first start is left out: it fills caches. */
async function common(program: Program, served: Served, size: SizeName): Promise<Figures> {
  await start(program, served, size);
  const starts: Figures[] = [];
  for (let i = 0; i < runs; i++) starts.push(await start(program, served, size));
  const keys = Object.keys(starts[0] ?? {});
  const least = keys.map(key => [key, Math.min(...starts.map(one => one[key] ?? Number.NaN))] as const);
  return { ...Object.fromEntries(least), ...(await idle(program, served, size, idleSeconds, [])) };
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}
