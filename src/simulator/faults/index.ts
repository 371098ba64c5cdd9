import { apiDown } from './api-down.ts';
import { cniGone } from './cni-gone.ts';
import { cniLatent } from './cni-latent.ts';
import { cniOneNode } from './cni-one-node.ts';
import { controlPlaneFrozen } from './control-plane-frozen.ts';
import { controllerLeaseStale } from './controller-lease-stale.ts';
import { corednsLoop } from './coredns-loop.ts';
import { corednsZero } from './coredns-zero.ts';
import { dependsOn } from './depends-on.ts';
import { dnsServiceGone } from './dns-service-gone.ts';
import { dnsServiceIp } from './dns-service-ip.ts';
import { etcdFailing } from './etcd-failing.ts';
import type { Fault } from './fault.ts';
import { fluxGone } from './flux-gone.ts';
import { fluxInstanceGone } from './flux-instance-gone.ts';
import { helmExhausted } from './helm-exhausted.ts';
import { helmPending } from './helm-pending.ts';
import { namespaceTerminating } from './namespace-terminating.ts';
import { nodeDown } from './node-down.ts';
import { nodePressure } from './node-pressure.ts';
import { sopsKey } from './sops-key.ts';
import { sourceAuth } from './source-auth.ts';
import { twoRoots } from './two-roots.ts';
import { webhookDeadlock } from './webhook-deadlock.ts';

/** Every fault of the simulated cluster, the ones of the lower layers first. */
export const FAULTS: readonly Fault[] = [
  apiDown,
  etcdFailing,
  controlPlaneFrozen,
  webhookDeadlock,
  nodeDown,
  nodePressure,
  cniGone,
  cniLatent,
  cniOneNode,
  corednsZero,
  corednsLoop,
  dnsServiceGone,
  dnsServiceIp,
  fluxGone,
  fluxInstanceGone,
  controllerLeaseStale,
  helmPending,
  sourceAuth,
  sopsKey,
  dependsOn,
  helmExhausted,
  namespaceTerminating,
  twoRoots,
];

export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find(fault => fault.name === name);
}
