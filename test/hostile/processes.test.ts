import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { openOps } from '../cli/ops.ts';
import { rowTest } from '../faults-terminal/support/row-test.ts';

const TOKEN = 'tok3n-of-alice-7f3c91aa';
const HELD = 's3cret-of-the-shell-1b2c';

/** What a process was started with; null when it is gone or is nobody's business. */
function startOf(pid: string): { readonly argv: string; readonly env: string } | null {
  try {
    const [argv, env] = ['cmdline', 'environ'].map(name => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
    return { argv: argv ?? '', env: env ?? '' };
  } catch {
    return null;
  }
}

rowTest(
  'S6',
  { skip: process.platform !== 'linux' && '/proc is of Linux', withinMs: 90_000 },
  async measured => {
    const alice = { name: 'alice', groups: [], allow: () => true };
    const ops = await openOps({ speed: 10, tokens: new Map([[TOKEN, alice]]) });
    const seen = new Map<string, string>();
    const leaks: string[] = [];
    try {
      const KUBECONFIG = ops.kubeconfig(TOKEN, 'demo');
      const env = { KUBECONFIG, MY_API_TOKEN: HELD, AWS_SECRET_ACCESS_KEY: HELD };
      const run = ops.start('recover', 'sync-release', 'flux-operator', '--yes', env);
      let isOver = false;
      let first: string | undefined;
      void run.ended.then(() => {
        isOver = true;
      });
      while (!isOver) {
        for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
          const start = startOf(pid);
          if (start === null || !start.env.includes(ops.simulation.folder)) continue;
          const name = start.argv.replaceAll('\0', ' ');
          seen.set(`${pid} ${name}`, name);
          // What the user's own shell gave to the first process was there before; a copy of it becomes a child only by exec.
          first ??= startOf(String(run.pid))?.argv;
          const where = start.argv === first ? start.argv : start.argv + start.env;
          for (const secret of [TOKEN, HELD]) if (where.includes(secret)) leaks.push(`${secret} in ${name}`);
        }
        await new Promise(done => setTimeout(done, 10));
      }
      expect(run.out()).toContain('OUTCOME   succeeded');
    } finally {
      await ops.close();
    }
    const names = [...seen.values()];
    expect(names.some(name => /helmfile/.test(name))).toBe(true);
    expect(names.some(name => /helm upgrade|helm .*upgrade/.test(name))).toBe(true);
    expect([...new Set(leaks)]).toEqual([]);
    measured(`0 in ${seen.size} processes`);
  },
);
