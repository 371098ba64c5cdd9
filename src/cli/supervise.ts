import { readFile } from 'node:fs/promises';
import { loadKubeconfig } from '../kube/kubeconfig.ts';
import { trafficCounter } from '../kube/traffic.ts';
import { openTransport } from '../kube/transport.ts';
import type { PerformApi } from '../runs/perform.ts';
import { superviseRun } from '../runs/supervise.ts';
import { exitCodes } from './exit-codes.ts';

/** The hidden command behind every run: performs the plan of one run directory, apart from any terminal. */
export async function supervise([dir]: readonly string[]): Promise<number> {
  if (dir === undefined) return exitCodes.usage;
  return superviseRun(dir, { performApi });
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
