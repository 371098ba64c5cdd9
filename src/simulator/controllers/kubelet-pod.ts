import type { Json, Stored } from '../world.ts';
import { agentOn } from './cilium.ts';
import { recordEvent } from './events.ts';
import { pullImage } from './kubelet-image.ts';
import { NO_CNI } from './kubelet-node.ts';
import { crashOf, programOf, startLines } from './kubelet-process.ts';
import { containersRunning, containersWaiting, podEnded, podOverdue, setReady } from './kubelet-status.ts';
import { terminate } from './kubelet-terminate.ts';
import { digestOf, podReady, stamp, turnLog, writeLog } from './objects.ts';
import type { Life } from './switches.ts';

/** What a kubelet remembers of a pod beyond its status. Times are simulated epoch milliseconds. */
export interface Run {
  sandbox: boolean;
  pulled: boolean;
  pullFailures: number;
  startedAt: number | undefined;
  ready: boolean;
  crashes: number;
  notBefore: number;
  /** A sandbox that was there got lost, e.g. by a reboot; `noticed`: its status says so. */
  lost: boolean;
  noticed: boolean;
  killAt?: number;
}

const SANDBOX_RETRY_MS = 12_000;
const MOUNT_RETRY_MS = 15_000;
const AGENT_TIMEOUT_MS = 30_000;
const CRASH_AFTER_MS = 2_000;
const LONGEST_BACKOFF_MS = 300_000;
const CALM_MS = 600_000;

/** The memory of a pod that was already there when this kubelet started. */
export function adoptRun(life: Life, pod: Stored): Run {
  const running = pod.status?.containerStatuses?.[0]?.state?.running;
  return {
    sandbox: running !== undefined,
    pulled: running !== undefined,
    pullFailures: 0,
    startedAt: running === undefined ? undefined : Date.parse(running.startedAt),
    ready: podReady(pod),
    crashes: 0,
    notBefore: life.clock.now(),
    lost: false,
    noticed: false,
  };
}

/** Takes the pod one step further and gives back the milliseconds to the next one, if there is one. */
export function syncPod(life: Life, pod: Stored, run: Run): number | undefined {
  if (pod.metadata.deletionTimestamp) return terminate(life, pod, run);
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return undefined;
  if (overdue(life, pod)) return undefined;
  if (!run.sandbox) return makeSandbox(life, pod, run);
  if (!run.pulled) return pullImage(life, pod, run);
  const now = life.clock.now();
  if (run.startedAt === undefined) return now < run.notBefore ? run.notBefore - now : start(life, pod, run);
  const crash = crashOf(life, pod);
  if (crash && now - run.startedAt >= CRASH_AFTER_MS) return fall(life, pod, run, crash);
  if (crash) return CRASH_AFTER_MS;
  const program = programOf(life, pod);
  if (program) {
    const left = run.startedAt + program.takes - now;
    if (left > 0) return left;
    podEnded(life, pod, program.exitCode);
    for (const container of pod.spec.containers) writeLog(life, pod, container.name, program.lines);
    return undefined;
  }
  return becomeReady(life, pod, run);
}

/** `activeDeadlineSeconds` counts from the start of the pod, sandbox or not. */
function overdue(life: Life, pod: Stored): boolean {
  const { activeDeadlineSeconds } = pod.spec;
  const { startTime } = pod.status ?? {};
  if (!activeDeadlineSeconds || !startTime) return false;
  if (life.clock.now() - Date.parse(startTime) < activeDeadlineSeconds * 1000) return false;
  podOverdue(life, pod);
  return true;
}

function makeSandbox(life: Life, pod: Stored, run: Run): number {
  const node = pod.spec.nodeName;
  if (!run.noticed)
    containersWaiting(life, pod, { reason: 'ContainerCreating', lost: run.lost, crashes: run.crashes });
  run.noticed = true;
  const warn = (reason: string, message: string): void =>
    recordEvent(life, pod, { type: 'Warning', reason, message, component: 'kubelet', host: node });
  const missing = missingVolume(life, pod);
  if (missing) {
    warn('FailedMount', missing);
    return MOUNT_RETRY_MS;
  }
  if (!pod.spec.hostNetwork) {
    if (life.switches.noCniConfig.has(node)) {
      warn('NetworkNotReady', `network is not ready: ${NO_CNI}`);
      return SANDBOX_RETRY_MS;
    }
    if (agentOn(life, node) === undefined) {
      warn('FailedCreatePodSandBox', noAgent(pod));
      return SANDBOX_RETRY_MS;
    }
  }
  run.sandbox = true;
  const now = life.clock.now();
  life.world.update('/pods', pod.metadata.namespace, pod.metadata.name, draft => {
    draft.status.startTime ??= stamp(now);
    const ip = pod.spec.hostNetwork ? hostIp(life, node) : freeIp(life, pod);
    Object.assign(draft.status, { hostIP: hostIp(life, node), podIP: ip, podIPs: [{ ip }] });
    draft.status.conditions = (draft.status.conditions ?? []).map((one: Json) =>
      one.type === 'PodReadyToStartContainers'
        ? { ...one, status: 'True', lastTransitionTime: stamp(now) }
        : one,
    );
  });
  return 500;
}

/** The plugin waited its 30 s for the agent: the words of cilium-cni. */
function noAgent(pod: Stored): string {
  const id = digestOf(pod.metadata.uid).slice(7);
  return (
    `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${id}": ` +
    `plugin type="cilium-cni" name="cilium" failed (add): unable to connect to Cilium agent: failed to create cilium agent client ` +
    `after ${AGENT_TIMEOUT_MS / 1000}.000000 seconds timeout: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: ` +
    'connect: no such file or directory\nIs the agent running?'
  );
}

function missingVolume(life: Life, pod: Stored): string | undefined {
  const { namespace } = pod.metadata;
  for (const volume of pod.spec.volumes ?? []) {
    const config = volume.configMap && !volume.configMap.optional ? volume.configMap.name : undefined;
    if (config && !life.world.get('/configmaps', namespace, config))
      return `MountVolume.SetUp failed for volume "${volume.name}" : configmap "${config}" not found`;
    const secret = volume.secret && !volume.secret.optional ? volume.secret.secretName : undefined;
    if (secret && !life.world.get('/secrets', namespace, secret))
      return `MountVolume.SetUp failed for volume "${volume.name}" : secret "${secret}" not found`;
  }
  return undefined;
}

function hostIp(life: Life, node: string): string {
  const found = life.world.get('/nodes', undefined, node);
  return found?.status?.addresses?.find((one: Json) => one.type === 'InternalIP')?.address ?? '10.0.0.1';
}

function freeIp(life: Life, pod: Stored): string {
  const index = Math.max(
    0,
    life.world.list('/nodes').findIndex(node => node.metadata.name === pod.spec.nodeName),
  );
  const used = new Set(life.world.list('/pods').map(one => one.status?.podIP));
  for (let last = 10; last < 255; last++)
    if (!used.has(`10.42.${index}.${last}`)) return `10.42.${index}.${last}`;
  return `10.42.${index}.255`;
}

function start(life: Life, pod: Stored, run: Run): number {
  run.startedAt = life.clock.now();
  run.ready = false;
  containersRunning(life, pod, { ready: false, restarted: run.crashes > 0 || run.lost });
  run.lost = false;
  const about = { component: 'kubelet', host: pod.spec.nodeName };
  for (const container of pod.spec.containers) {
    recordEvent(life, pod, { reason: 'Created', message: `Created container: ${container.name}`, ...about });
    recordEvent(life, pod, { reason: 'Started', message: `Started container ${container.name}`, ...about });
    turnLog(life, pod, container.name);
    writeLog(life, pod, container.name, startLines(life, pod));
  }
  return Math.min(CRASH_AFTER_MS, readyDelay(pod));
}

function readyDelay(pod: Stored): number {
  const probe = pod.spec.containers[0]?.readinessProbe;
  return probe === undefined
    ? 100
    : ((probe.initialDelaySeconds ?? 0) + Math.min(probe.periodSeconds ?? 10, 3)) * 1000;
}

function becomeReady(life: Life, pod: Stored, run: Run): number | undefined {
  const left = (run.startedAt ?? 0) + readyDelay(pod) - life.clock.now();
  if (left > 0) return left;
  run.ready = true;
  setReady(life, pod);
  return undefined;
}

function fall(
  life: Life,
  pod: Stored,
  run: Run,
  crash: { exitCode: number; reason: string; log: readonly string[] },
): number {
  const now = life.clock.now();
  if (now - (run.startedAt ?? now) > CALM_MS) run.crashes = 0;
  run.crashes += 1;
  const backoff = Math.min(LONGEST_BACKOFF_MS, 10_000 * 2 ** (run.crashes - 1));
  run.startedAt = undefined;
  run.ready = false;
  run.notBefore = now + backoff;
  for (const container of pod.spec.containers) writeLog(life, pod, container.name, crash.log);
  const container = pod.spec.containers[0].name;
  const text = `back-off ${backoff / 1000}s restarting failed container=${container} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  containersWaiting(life, pod, {
    reason: 'CrashLoopBackOff',
    message: text,
    terminated: crash,
    crashes: run.crashes,
  });
  const message = `Back-off restarting failed container ${container} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  recordEvent(life, pod, {
    type: 'Warning',
    reason: 'BackOff',
    message,
    component: 'kubelet',
    host: pod.spec.nodeName,
  });
  return backoff;
}
