import { randomBytes } from 'node:crypto';
import { flag, list, number, type Read, shape, text, time } from '../cluster/shape.ts';
import type { Safe } from '../text/safe.ts';
import { NEVER_RAN, nobody, powerless, STUCK, words } from './probe-pod.ts';

const PREFIX = 'groundup-probe-';
const state = shape({
  running: shape({}),
  waiting: shape({ reason: text, message: text }),
  terminated: shape({ reason: text, message: text, exitCode: number }),
});

/** A pod as far as adding a container to it goes. */
export const readHost = shape({
  metadata: shape({ uid: text, deletionTimestamp: time }),
  spec: shape({
    nodeName: text,
    hostNetwork: flag,
    dnsPolicy: text,
    ephemeralContainers: list(shape({ name: text })),
  }),
  status: shape({ phase: text, ephemeralContainerStatuses: list(shape({ name: text, state })) }),
});
export type Host = Read<typeof readHost>;

/** A name that no other container of the pod has, and that tells when it was chosen. `now`: cluster time, epoch ms. */
export function debugName(now: number): string {
  return `${PREFIX}${Math.floor(now / 1000).toString(36)}-${randomBytes(3).toString('hex')}`;
}

/** When a container of ours was last added to this pod (epoch ms); null when none is there. */
export function lastDebugged(host: Host): number | null {
  const times = (host.spec?.ephemeralContainers ?? []).flatMap(({ name = '' }) => {
    const chosen = /^groundup-probe-([a-z0-9]{5,7})-[0-9a-f]{6}$/.exec(name)?.[1];
    return chosen === undefined ? [] : [Number.parseInt(chosen, 36) * 1000];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** The patch that adds the container, to this very pod only. It asks for no resources: nothing may be reserved for it. */
export function debugPatch(host: Host, ask: { name: string; image: string; script: string }) {
  const { name, image, script } = ask;
  return {
    metadata: { uid: host.metadata?.uid },
    spec: {
      ephemeralContainers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', script],
          securityContext: { ...nobody, ...powerless },
          terminationMessagePolicy: 'File',
        },
      ],
    },
  };
}

/** `hindered`: it will not run, in the words of the kubelet. */
export type DebugProgress = 'waiting' | 'running' | 'ended' | { readonly hindered: Safe };

export function debugProgress(host: Host, name: string): DebugProgress {
  const { running, waiting, terminated } =
    host.status?.ephemeralContainerStatuses?.find(one => one.name === name)?.state ?? {};
  if (terminated !== undefined)
    return NEVER_RAN.test(terminated.reason ?? '')
      ? { hindered: words(terminated.reason, terminated.message) }
      : 'ended';
  if (running !== undefined) return 'running';
  return STUCK.test(waiting?.reason ?? '')
    ? { hindered: words(waiting?.reason, waiting?.message) }
    : 'waiting';
}
