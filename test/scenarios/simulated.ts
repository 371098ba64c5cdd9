import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import { defaultLimits } from '../../src/kube/limits.ts';
import { type Cluster, openCluster } from '../../src/kube/open-cluster.ts';
import { type Caller, everything } from '../../src/simulator/api/access.ts';
import { startApiServer } from '../../src/simulator/api/api-server.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { type SimulatedCluster, startCluster } from '../../src/simulator/controllers/start-cluster.ts';

/** A simulated cluster under a real watch over real HTTP, in one process and in its own faster time. */
export interface Scene {
  readonly simulated: SimulatedCluster;
  readonly cluster: Cluster;
  readonly resolved: ResolvedKubeconfig;
  readonly diagnosis: () => Diagnosis;
  /** The diagnosis as soon as it holds; fails with what was concluded last. */
  readonly until: (
    what: string,
    holds: (diagnosis: Diagnosis) => boolean,
    withinMs?: number,
  ) => Promise<Diagnosis>;
  readonly close: () => Promise<void>;
}

export async function openScene(
  options: { readonly speed?: number; readonly as?: Caller } = {},
): Promise<Scene> {
  const speed = options.speed ?? 40;
  const simulated = startCluster({ speed });
  const { world, clock, behaviour } = simulated;
  const server = await startApiServer({
    world,
    clock,
    behaviour,
    tokens: new Map([['someone', options.as ?? everything()]]),
  });
  const folder = mkdtempSync(join(tmpdir(), 'groundup-scene-'));
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, kubeconfigText({ url: server.url, token: 'someone', context: 'homelab' }), {
    mode: 0o600,
  });
  const resolved = loadKubeconfig({ path, env: {} });
  if (!resolved.ok) throw new Error(resolved.error.message);
  const { heartbeat, tableEvery, quietNews } = defaultLimits;
  const cluster = openCluster({
    resolved: resolved.value,
    wall: clock.now,
    env: {},
    limits: {
      heartbeat: Math.max(300, heartbeat / speed),
      heartbeatDeadline: 1_000,
      retryUnreached: 200,
      answersFor: 500,
      tableEvery: tableEvery / speed,
      tableAtMost: 500,
      quietNews: quietNews / speed,
      newsEvery: 0,
      backoffCap: 1_000,
    },
  });
  let last: Diagnosis | undefined;
  const diagnosis = (): Diagnosis => {
    last = diagnose(cluster.snapshot(), last);
    return last;
  };
  return {
    simulated,
    cluster,
    resolved: resolved.value,
    diagnosis,
    until: (what, holds, withinMs = 60_000) => until(cluster, diagnosis, what, holds, withinMs),
    close: async () => {
      await cluster.close();
      await server.close();
      simulated.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(
  cluster: Cluster,
  diagnosis: () => Diagnosis,
  what: string,
  holds: (diagnosis: Diagnosis) => boolean,
  withinMs: number,
): Promise<Diagnosis> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const now = diagnosis();
    if (holds(now)) return now;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms. ${told(now)}`);
    await new Promise<void>(wake => {
      const timer = setTimeout(done, 100);
      const undo = cluster.onChange(done);
      function done(): void {
        clearTimeout(timer);
        undo();
        wake();
      }
    });
  }
}

/** What was concluded, short enough for a failure message. */
export function told(diagnosis: Diagnosis): string {
  const roots = [diagnosis.root, ...diagnosis.otherRoots].map(root =>
    root === null
      ? 'no root'
      : `${root.layer}/${root.problem} ${root.object?.kind} ${root.object?.namespace}/${root.object?.name}: ${root.summary}`,
  );
  const layers = diagnosis.layers.map(
    layer =>
      `\n  ${layer.id} ${layer.verdict}${layer.blockedBy === null ? '' : `<${layer.blockedBy}`}${layer.reason === null ? '' : `(${layer.reason})`}: ${layer.summary}${layer.findings.map(finding => `\n      ${finding.severity} ${finding.problem} ${finding.object?.name}: ${finding.message}`).join('')}`,
  );
  return `${diagnosis.verdict}; ${roots.join(' | ')}${layers.join('')}`;
}
