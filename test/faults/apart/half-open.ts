import { execFileSync } from 'node:child_process';
import { everything } from '../../../src/simulator/api/access.ts';
import { startApiServer } from '../../../src/simulator/api/api-server.ts';
import { startCluster } from '../../../src/simulator/controllers/start-cluster.ts';
import { bookmarkMs } from '../support/settings.ts';
import { startWatcher } from './start-watcher.ts';

/**
 * Runs inside a network namespace of its own (`unshare -rn`), where iptables needs no root: a cluster, a watcher, and
 * from some moment on every packet between them dropped. Prints the milliseconds until nothing was green any more, or -1.
 */
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const simulated = startCluster({ speed: 1 });
const server = await startApiServer({
  ...simulated,
  bookmarkMs,
  tokens: new Map([['someone', everything()]]),
});
const watcher = startWatcher(server.url);
await watcher.until(line => line.greens === 8, 60_000);
for (const end of ['--dport', '--sport'])
  execFileSync('iptables', ['-A', 'INPUT', '-p', 'tcp', end, String(server.port), '-j', 'DROP']);
const dropped = Date.now();
const lost = await watcher.until(line => line.greens === 0, 60_000);
process.stdout.write(`${lost === null ? -1 : lost.at - dropped}\n`);
await watcher.end();
process.exit(0);
