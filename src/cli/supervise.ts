import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseStore } from '../cluster/recovery-lease.ts';
import { loadKubeconfig } from '../kube/kubeconfig.ts';
import { leaseStore } from '../kube/lease.ts';
import { trafficCounter } from '../kube/traffic.ts';
import { openTransport, type Transport } from '../kube/transport.ts';
import type { PerformApi } from '../runs/perform.ts';
import { superviseRun } from '../runs/supervise.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * The hidden command behind every run: performs the plan of one run directory, apart from any terminal. Ends the process
 * itself: whatever still waits then (a renewal, a retry) must not keep a process alive that nobody sees.
 */
export async function supervise([dir]: readonly string[]): Promise<never> {
  if (dir === undefined) process.exit(exitCodes.usage);
  const opened: Transport[] = [];
  const lease = (kubeconfig: string): LeaseStore => leaseIn(kubeconfig, opened);
  try {
    process.exitCode = await superviseRun(dir, { performApi, lease });
  } catch (error) {
    console.error(error);
    process.exitCode = exitCodes.internal;
  }
  await Promise.race([Promise.all(opened.map(transport => transport.close())), delay(2_000)]);
  process.exit();
}

/** The lock lies in the cluster that the run was bound to. Its connection is kept for the renewals, and added to `opened`. */
function leaseIn(kubeconfig: string, opened: Transport[]): LeaseStore {
  const resolved = loadKubeconfig({ path: kubeconfig, env: process.env });
  if (!resolved.ok) {
    const why = resolved.error.message;
    return {
      read: async () => ({ ok: false, why, refused: true }),
      write: async () => ({ ok: false, conflict: false, why, refused: true }),
    };
  }
  const transport = openTransport({
    resolved: resolved.value,
    env: process.env,
    wall: Date.now,
    traffic: trafficCounter(),
  });
  opened.push(transport);
  return leaseStore(transport.request);
}

/** Asks the cluster that the run was bound to, never the one that the shell points at now. */
const performApi: PerformApi = async (step, { kubeconfig, signal }) => {
  await readFile(kubeconfig);
  const resolved = loadKubeconfig({ path: kubeconfig, env: process.env });
  if (!resolved.ok) return { ok: false, unknown: false, why: resolved.error.message };
  const transport = openTransport({
    resolved: resolved.value,
    env: process.env,
    wall: Date.now,
    traffic: trafficCounter(),
  });
  try {
    const answer = await transport.request(step.method, step.path, {
      body: step.body,
      contentType: step.contentType,
      deadlineMs: step.deadlineMs,
      signal,
    });
    if (answer.ok) return { ok: true, note: `the API server answered ${answer.status}` };
    // Without a status the request may have arrived: only the cluster knows.
    return { ok: false, unknown: answer.status === null, why: answer.message };
  } finally {
    await transport.close();
  }
};
