import type { Event } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { cniPlugins } from './cni-plugins.ts';
import { compare, finding, ref } from './judgement.ts';
import type { Finding, LayerId } from './layer.ts';
import { memo } from './memo.ts';
import { lastSeen } from './sandbox-failures.ts';
import { sliceReadiness } from './slice-readiness.ts';

/** A controller's retries grow apart up to a quarter of an hour, so one failure counts for so long. */
const WINDOW = 1_200_000;

/**
 * Admission webhooks that keep the pods of a workload from being created, by the layer of that workload: often the
 * webhook's own backend cannot start without the very thing it blocks. Over once the webhook is gone, its backend is
 * ready, or the workload has its pods.
 */
export function webhookBlocks(snapshot: Snapshot): readonly (readonly [LayerId, Finding])[] {
  const owners = webhookOwners(snapshot);
  const found = new Map<string, readonly [LayerId, Finding]>();
  for (const event of failedCreations(snapshot.streams.events.items)) {
    const last = lastSeen(event);
    if (last === null || snapshot.now - last > WINDOW) continue;
    const hit = match('cond', event.message ?? say``).find(one => one.id === 'S82');
    const owner = hit?.captures[0] == null ? undefined : owners.get(hit.captures[0]);
    const victim = event.involvedObject;
    if (owner === undefined || victim?.name === undefined || owner.isBacked || hasPods(snapshot, event))
      continue;
    const layer = layerOf(snapshot, victim.namespace ?? say``, victim.name);
    const key = `${layer} ${owner.object.kind} ${owner.object.name}`;
    if (found.has(key)) continue;
    const who = say`${victim.kind ?? say`workload`} ${victim.namespace ?? say``}/${victim.name}`;
    const message = say`keeps the pods of ${who} from being created: ${tail(event.message ?? say``)}`;
    const since = event.firstTimestamp ?? event.metadata.creationTimestamp ?? last;
    found.set(key, [
      layer,
      finding({
        problem: 'webhook-blocks',
        severity: 'critical',
        object: owner.object,
        message,
        signature: 'S82',
        since,
      }),
    ]);
  }
  return [...found.values()];
}

/** In order of name. */
const failedCreations = memo((events: ReadonlyMap<string, Event>) =>
  [...events]
    .filter(([, event]) => event.reason === 'FailedCreate')
    .sort(([a], [b]) => compare(a, b))
    .map(([, event]) => event),
);

interface Owner {
  readonly object: ObjectRef;
  /** Its Service has a ready endpoint; only known for Services that are watched. */
  readonly isBacked: boolean;
}

function webhookOwners(snapshot: Snapshot): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  const sources = [
    ['mutating-webhooks', 'MutatingWebhookConfiguration'],
    ['validating-webhooks', 'ValidatingWebhookConfiguration'],
  ] as const;
  for (const [id, kind] of sources) {
    const configurations = [...snapshot.streams[id].items].sort(([a], [b]) => compare(b, a));
    for (const [, configuration] of configurations) {
      for (const webhook of configuration.webhooks ?? []) {
        if (webhook.name === undefined || webhook.failurePolicy === 'Ignore') continue;
        const service = webhook.clientConfig?.service;
        const isBacked = sliceReadiness(snapshot, service?.namespace, service?.name) === 'ready';
        owners.set(webhook.name, { object: ref(kind, configuration.metadata), isBacked });
      }
    }
  }
  return owners;
}

/** True when the workload got its pods after all; a ReplicaSet is known by its Deployment's name. */
function hasPods(snapshot: Snapshot, { involvedObject: victim }: Event): boolean {
  const key = `${victim?.namespace}/${victim?.name}`;
  const daemonSet = victim?.kind === 'DaemonSet' ? snapshot.streams.daemonsets.items.get(key) : undefined;
  if (daemonSet !== undefined) {
    const { desiredNumberScheduled = 0, numberReady = 0 } = daemonSet.status ?? {};
    return desiredNumberScheduled > 0 && numberReady >= desiredNumberScheduled;
  }
  const name = key.replace(/-[0-9a-z]+$/, '');
  for (const id of ['deployments-system', 'deployments-cni', 'deployments-flux'] as const) {
    const deployment = snapshot.streams[id].items.get(name);
    if (deployment !== undefined) {
      return (deployment.status?.readyReplicas ?? 0) >= (deployment.spec?.replicas ?? 1);
    }
  }
  return false;
}

function layerOf(snapshot: Snapshot, namespace: Safe, name: Safe): LayerId {
  const isCni = cniPlugins.some(
    plugin =>
      plugin.agents.includes(name) ||
      plugin.companion === name ||
      (plugin.operator !== null && name.startsWith(plugin.operator)),
  );
  if (isCni || name.startsWith('kube-proxy')) return 'cni';
  if (namespace === snapshot.fluxNamespace) return 'flux';
  return namespace === 'kube-system' && name.includes('coredns') ? 'dns' : 'apps';
}

function tail(message: Safe): Safe {
  const from = message.indexOf('failed calling webhook');
  return from < 0 ? message : field(message.slice(from));
}
