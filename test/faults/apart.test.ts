import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everything } from '../../src/simulator/api/access.ts';
import { startApiServer } from '../../src/simulator/api/api-server.ts';
import { startCluster } from '../../src/simulator/controllers/start-cluster.ts';
import { startWatcher, type Watcher } from './apart/start-watcher.ts';
import { type FaultServer, startFaultServer } from './support/fault-server.ts';
import { seconds } from './support/fault-test.ts';
import { rows } from './support/rows.ts';
import { bookmarkMs, isFull } from './support/settings.ts';

const title = (row: keyof typeof rows): string => `${row}: ${rows[row].fault}: ${rows[row].behaviour}`;

async function withWatcher(run: (watcher: Watcher, server: FaultServer) => Promise<void>): Promise<void> {
  const simulated = startCluster({ speed: 1 });
  const api = await startApiServer({
    ...simulated,
    bookmarkMs,
    tokens: new Map([['someone', everything()]]),
  });
  const server = await startFaultServer({ upstream: api.url });
  const watcher = startWatcher(server.url);
  try {
    expect(await watcher.until(line => line.greens === 8, 120_000)).not.toBeNull();
    await run(watcher, server);
  } finally {
    await watcher.end();
    await server[Symbol.asyncDispose]();
    await api.close();
    simulated.stop();
  }
}

/** These need a process of their own, and the limits that a user has: not for every commit. */
describe.runIf(isFull)('in a process of its own', { concurrent: false }, () => {
  test(title('N2'), async ({ task }) => {
    const script = join(import.meta.dirname, 'apart', 'half-open.ts');
    const said = await new Promise<string>(resolve => {
      const env = { ...process.env, FAULTS: 'full' };
      execFile(
        'unshare',
        ['-rn', process.execPath, script],
        { env, timeout: 150_000 },
        (error, stdout, stderr) =>
          resolve(error === null ? stdout.trim() : `not here: ${stderr.trim().split('\n')[0]}`),
      );
    });
    if (said.startsWith('not here')) {
      task.meta.faults = [{ row: 'N2', measured: `${said} (needs user namespaces and iptables)` }];
      return;
    }
    const ms = Number(said);
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(20_000);
    task.meta.faults = [{ row: 'N2', measured: `nothing green after ${seconds(ms)}` }];
  });

  test(title('N33'), async ({ task }) => {
    await withWatcher(async watcher => {
      process.kill(watcher.pid, 'SIGSTOP');
      await new Promise(resolve => setTimeout(resolve, 10_000));
      const woken = Date.now();
      process.kill(watcher.pid, 'SIGCONT');
      const from = watcher.lines.length;
      const first = await watcher.until(() => true, 5_000);
      await watcher.until(line => line.least === 0, 3_000);
      const stale = watcher.lines.slice(from).find(line => line.least <= 1);
      const live = await watcher.until(line => line.greens === 8, 20_000);
      expect((first?.at ?? Number.POSITIVE_INFINITY) - woken).toBeLessThan(1_000);
      expect((stale?.at ?? Number.POSITIVE_INFINITY) - woken).toBeLessThan(3_000);
      expect((live?.at ?? Number.POSITIVE_INFINITY) - woken).toBeLessThan(10_000);
      const parts = [first, stale, live].map(line => seconds((line?.at ?? 0) - woken));
      task.meta.faults = [
        {
          row: 'N33',
          measured: `after 10 s of sleep: first word ${parts[0]}, stale ${parts[1]}, live ${parts[2]}`,
        },
      ];
    });
  });

  test(title('N17'), async ({ task }) => {
    await withWatcher(async (watcher, server) => {
      await new Promise(resolve => setTimeout(resolve, 2_000));
      const before = watcher.lines.at(-1)?.rss ?? 0;
      const from = watcher.lines.length;
      const path = /^\/api\/v1\/nodes$/;
      let deep: unknown = 1;
      for (let i = 0; i < 70; i++) deep = { deep };
      const node = (extra: unknown): string =>
        JSON.stringify({
          type: 'MODIFIED',
          object: { metadata: { name: 'x', resourceVersion: '9', extra } },
        });
      server.inject(/^\/api\/v1\/namespaces$/, node(deep));
      await new Promise(resolve => setTimeout(resolve, 1_000));
      server.inject(path, node('x'.repeat(9 * 1024 * 1024)));
      expect(await watcher.until(line => line.nodes === 'stale:too-large', 10_000)).not.toBeNull();
      const cure = server.add({
        toxic: 'answer',
        status: 200,
        path,
        verb: 'list',
        body: JSON.stringify({
          kind: 'List',
          metadata: { resourceVersion: '9' },
          items: ['x'.repeat(100 * 1024 * 1024)],
        }),
      });
      server.cut();
      await new Promise(resolve => setTimeout(resolve, 5_000));
      expect(await watcher.until(line => line.nodes === 'stale:too-large', 60_000)).not.toBeNull();
      cure();
      expect(await watcher.until(line => line.greens === 8, 90_000)).not.toBeNull();
      const seen = watcher.lines.slice(from);
      const grown = (Math.max(...seen.map(line => line.rss)) - before) / 2 ** 20;
      const gap = Math.max(...seen.map(line => line.gap));
      expect(grown).toBeLessThan(150);
      expect(gap).toBeLessThan(750);
      task.meta.faults = [
        {
          row: 'N17',
          measured: `too large said in both cases, +${Math.round(grown)} MiB, loop held up for ${seconds(gap)}`,
        },
      ];
    });
  });
});
