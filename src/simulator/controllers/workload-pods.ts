import { ApiFailure, type Json, type Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { hashName, ownedBy, ownerOf } from './objects.ts';
import type { Life } from './switches.ts';

let made = 0;

/** The pods a workload owns; those on their way out are counted apart by the caller. */
export function podsOf(life: Life, owner: Stored): Stored[] {
  return life.world.list('/pods', owner.metadata.namespace).filter(pod => ownedBy(pod, owner));
}

export function isActive(pod: Stored): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    pod.status?.phase !== 'Succeeded' &&
    pod.status?.phase !== 'Failed'
  );
}

/** Creates one pod of a workload; a refusal becomes the event and the message the caller puts into its condition. */
export function createPod(
  life: Life,
  owner: Stored,
  pod: { labels: Json; spec: Json; annotations?: Json },
): string | undefined {
  const component = owner.kind === 'DaemonSet' ? 'daemonset-controller' : 'replicaset-controller';
  const name = `${owner.metadata.name}-${hashName(`${owner.metadata.uid}${made++}`, 5)}`;
  try {
    life.world.create('/pods', podObject(owner, name, pod));
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure;
    const message = `Error creating: ${failure.message}`;
    recordEvent(life, owner, { type: 'Warning', reason: 'FailedCreate', message, component });
    return failure.message;
  }
  recordEvent(life, owner, { reason: 'SuccessfulCreate', message: `Created pod: ${name}`, component });
  return undefined;
}

/** Deletes one pod of a workload and says so. */
export function deletePod(life: Life, owner: Stored, pod: Stored): void {
  const component = owner.kind === 'DaemonSet' ? 'daemonset-controller' : 'replicaset-controller';
  recordEvent(life, owner, {
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
    component,
  });
  life.world.remove('/pods', pod.metadata.namespace, pod.metadata.name);
}

/** A pod as its controller posts it, before anything has acted on it. */
export function podObject(
  owner: Stored,
  name: string,
  pod: { labels: Json; spec: Json; annotations?: Json },
): Json {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace,
      labels: pod.labels,
      ...(pod.annotations === undefined ? {} : { annotations: pod.annotations }),
      ownerReferences: [ownerOf(owner)],
    },
    spec: {
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      ...pod.spec,
    },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  };
}
