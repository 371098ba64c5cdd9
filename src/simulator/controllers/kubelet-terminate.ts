import type { Stored } from '../world.ts';
import { agentOn } from './cilium.ts';
import { recordEvent } from './events.ts';
import type { Run } from './kubelet-pod.ts';
import { containersStopped } from './kubelet-status.ts';
import { digestOf } from './objects.ts';
import type { Life } from './switches.ts';

const STOPS_AFTER_MS = 2_000;
const RETRY_MS = 12_000;

/** Ends a pod: its processes stop, then the sandbox needs the CNI plugin once more to let go of the network. */
export function terminate(life: Life, pod: Stored, run: Run): number | undefined {
  const now = life.clock.now();
  const about = { component: 'kubelet', host: pod.spec.nodeName };
  if (run.killAt === undefined) {
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    run.killAt = now + (run.startedAt === undefined ? 0 : Math.min(grace, STOPS_AFTER_MS));
    for (const container of pod.spec.containers) {
      if (run.startedAt !== undefined)
        recordEvent(life, pod, {
          reason: 'Killing',
          message: `Stopping container ${container.name}`,
          ...about,
        });
    }
  }
  if (now < run.killAt) return run.killAt - now;
  if (
    run.sandbox &&
    !pod.spec.hostNetwork &&
    life.switches.noCniConfig.has(pod.spec.nodeName) &&
    !agentOn(life, pod.spec.nodeName)
  ) {
    if (run.startedAt !== undefined) containersStopped(life, pod);
    run.startedAt = undefined;
    recordEvent(life, pod, { type: 'Warning', reason: 'FailedKillPod', message: stuck(pod), ...about });
    return RETRY_MS;
  }
  life.world.remove('/pods', pod.metadata.namespace, pod.metadata.name, { grace: 0 });
  return undefined;
}

function stuck(pod: Stored): string {
  const id = digestOf(pod.metadata.uid).slice(7);
  return (
    `error killing pod: failed to "KillPodSandbox" for "${pod.metadata.uid}" with KillPodSandboxError: "rpc error: code = Unknown ` +
    `desc = failed to destroy network for sandbox \\"${id}\\": cni plugin not initialized"`
  );
}
