import type { Json, Stored } from '../world.ts';
import { conditionOf, podReady, setCondition, writeLog } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes, workQueue } from './work-queue.ts';

const TAINT = { key: 'node.cilium.io/agent-not-ready', effect: 'NoSchedule' };

function labelled(life: Life, key: string, value: string): Stored[] {
  return life.world.list('/pods', 'kube-system').filter(pod => pod.metadata.labels?.[key] === value);
}

/** Cilium's agent on a node, if it is up: only then the CNI plugin finds the socket. */
export function agentOn(life: Life, node: string): Stored | undefined {
  return labelled(life, 'k8s-app', 'cilium').find(
    pod => pod.spec.nodeName === node && podReady(pod) && !life.switches.deadNodes.has(node),
  );
}

/**
 * What Cilium does to the cluster: a ready agent writes the CNI configuration of its node, and the operator taints
 * nodes whose scheduled agent is not ready. Without an operator nobody sets or removes the taint.
 */
export function startCilium(life: Life): () => void {
  const queue = workQueue(
    life,
    node => sync(life, node),
    () => apiServes(life),
  );
  const all = (): void => {
    for (const node of life.world.list('/nodes')) queue.add(node.metadata.name, 500);
  };
  const stop = life.world.subscribe(({ resource, object, old }) => {
    if (resource === '/nodes' && old === undefined) queue.add(object.metadata.name, 500);
    if (resource !== '/pods' || object.metadata.namespace !== 'kube-system') return;
    const labels = object.metadata.labels;
    if (
      podReady(object) === (old !== undefined && podReady(old)) &&
      object.spec.nodeName === old?.spec.nodeName
    )
      return;
    if (labels?.['k8s-app'] === 'cilium' && object.spec.nodeName) queue.add(object.spec.nodeName, 500);
    if (labels?.['io.cilium/app'] === 'operator') all();
  });
  all();
  return () => {
    stop();
    queue.stop();
  };
}

function sync(life: Life, name: string): void {
  const node = life.world.get('/nodes', undefined, name);
  if (node === undefined) return;
  const agents = labelled(life, 'k8s-app', 'cilium').filter(
    pod => pod.spec.nodeName === name && !pod.metadata.deletionTimestamp,
  );
  const ready = agents.find(podReady);
  // An agent whose DaemonSet is gone is about to be deleted and writes nothing any more.
  const stays = life.world.get('apps/daemonsets', 'kube-system', 'cilium') !== undefined;
  if (ready && stays && life.switches.noCniConfig.delete(name)) {
    writeLog(life, ready, 'cilium-agent', [
      `time="${new Date(life.clock.now()).toISOString()}" level=info msg="Wrote CNI configuration file" path=/host/etc/cni/net.d/05-cilium.conflist subsys=cni-config`,
    ]);
    life.switches.notify();
  }
  if (!labelled(life, 'io.cilium/app', 'operator').some(podReady)) return;
  const tainted = node.spec?.taints?.some((one: Json) => one.key === TAINT.key) ?? false;
  if (agents.length > 0 && !ready && !tainted) {
    life.world.update('/nodes', undefined, name, draft => {
      draft.spec.taints = [...(draft.spec.taints ?? []), TAINT];
    });
  }
  if (!ready) return;
  life.world.update('/nodes', undefined, name, draft => {
    if (tainted) draft.spec.taints = draft.spec.taints.filter((one: Json) => one.key !== TAINT.key);
    if (draft.spec?.taints?.length === 0) delete draft.spec.taints;
    if (conditionOf(draft, 'NetworkUnavailable')?.reason !== 'CiliumIsUp')
      setCondition(draft, life.clock.now(), {
        type: 'NetworkUnavailable',
        status: 'False',
        reason: 'CiliumIsUp',
        message: 'Cilium is running on this node',
      });
  });
}
