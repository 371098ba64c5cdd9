import type { Problem } from '../layers/problems.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Fault } from './action.ts';
import { always, type Guide, onNode, words } from './guide.ts';
import { networkGuides } from './guide-network.ts';

const LAST = 200;
const inNamespaceOf =
  ({ object }: Fault) =>
  (word: Safe): Safe =>
    word === 'NAMESPACE' ? (object?.namespace ?? word) : word;

/** Without a helmfile nothing here knows how it was installed. */
export const reinstall: Guide = {
  title: say`install it again: no helmfile that has it was found here (set ROOT_DIR)`,
  commands: fault => [
    words('helm list --all --all-namespaces'),
    words('helmfile --file bootstrap/helmfile.yaml --selector name=NAME sync').map(word =>
      word === 'name=NAME' ? say`name=${fault.object?.name ?? say`NAME`}` : word,
    ),
  ],
};

/** A kube-proxy that is gone comes from no chart. */
export const kubeProxy: Guide = {
  title: say`install kube-proxy again: the distribution does that`,
  commands: always('kubeadm init phase addon kube-proxy --kubeconfig KUBECONFIG'),
};

/** For an agent that fails on some nodes only. */
export const oneNode: Guide = {
  title: say`look at the node: the same agent works on the others`,
  rank: 8,
  commands: onNode(
    'kubectl get pods --all-namespaces --field-selector spec.nodeName=NODE',
    'kubectl describe node NODE',
    'talosctl -n NODE dmesg',
    'talosctl -n NODE reboot',
  ),
};

const restartKubelet: Guide = {
  title: say`look at the machine and restart its kubelet`,
  commands: onNode(
    'talosctl -n NODE service kubelet restart',
    'ssh NODE sudo systemctl restart containerd kubelet',
  ),
};

/** By problem. Words in capitals are for the reader to fill in. */
export const guides: Partial<Record<Problem, readonly Guide[]>> = {
  unreachable: [
    {
      title: say`look at the control plane's machines: power, network, etcd`,
      commands: always(
        'talosctl health --wait-timeout 20s',
        'talosctl service etcd',
        'systemctl status k3s kubelet',
      ),
    },
  ],
  unauthorized: [
    {
      title: say`renew your credentials`,
      commands: always(
        'talosctl kubeconfig',
        'kubectl config view --minify',
        'kubeadm certs check-expiration',
      ),
    },
  ],
  'certificate-expiring': [
    {
      title: say`renew the certificates`,
      commands: always('kubeadm certs renew all', 'talosctl config info'),
    },
  ],
  'clock-skew': [
    {
      title: say`set the clocks: time synchronisation is off`,
      commands: always('timedatectl status', 'chronyc tracking'),
    },
  ],
  'lease-stale': [
    {
      title: say`restart what no longer renews its lease, on the control plane's machines`,
      commands: always(
        'kubectl -n kube-system get leases',
        'talosctl service kubelet restart',
        'systemctl restart k3s',
      ),
    },
  ],
  'check-failed': [
    {
      title: say`look at the failing check`,
      commands: always('kubectl get --raw /readyz?verbose', 'talosctl service etcd'),
    },
  ],
  'writes-fail': [
    {
      title: say`free or repair etcd`,
      commands: always('talosctl etcd status', 'talosctl etcd alarm list', 'etcdctl endpoint status'),
    },
  ],
  'node-silent': [restartKubelet],
  'node-not-ready': [restartKubelet],
  ...networkGuides,
  'node-missing': [
    {
      title: say`start the machine, or join it again`,
      commands: onNode(
        'kubectl get nodes',
        'ssh NODE sudo systemctl status kubelet k3s-agent rke2-agent',
        'talosctl -n NODE service kubelet',
        'kubeadm token create --print-join-command',
      ),
    },
  ],
  pressure: [
    {
      title: say`free disk or memory on the node`,
      commands: onNode('kubectl describe node NODE', 'kubectl top node NODE'),
    },
  ],
  'build-failed': [
    {
      title: say`repair the manifests in Git`,
      rank: 10,
      commands: always('kustomize build .', 'flux build kustomization NAME --path .'),
    },
  ],
  'webhook-blocks': [
    {
      title: say`repair the pods behind the webhook; if nothing else helps, let it fail open for a while`,
      commands: fault => [
        words('kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'),
        [say`kubectl`, say`edit`, say`${fault.object?.kind ?? say`KIND`}/${fault.object?.name ?? say`NAME`}`],
      ],
    },
  ],
  'namespace-terminating': [
    {
      title: say`repair what its deletion waits for: its conditions name it`,
      commands: fault => [
        [say`kubectl`, say`get`, say`namespace`, fault.object?.name ?? say`NAME`, say`--output=yaml`],
        words('kubectl api-resources --verbs=list --namespaced --output=name'),
      ],
    },
    {
      title: say`last resort, when whoever should clean up never comes back: drop the finalizer; what it would have cleaned up (volumes, load balancers) stays behind`,
      rank: LAST,
      commands: fault => [
        words('kubectl --namespace NAMESPACE get KIND NAME --output=yaml'),
        words(
          'kubectl --namespace NAMESPACE patch KIND NAME --type=merge --patch {"metadata":{"finalizers":null}}',
        ),
        [
          say`kubectl`,
          say`get`,
          say`namespace`,
          fault.object?.name ?? say`NAME`,
          say`--output=json`,
          say`>`,
          say`namespace.json`,
        ],
        [
          say`kubectl`,
          say`replace`,
          say`--raw`,
          say`/api/v1/namespaces/${fault.object?.name ?? say`NAME`}/finalize`,
          say`--filename`,
          say`namespace.json`,
        ],
      ],
    },
  ],
  'source-failed': [
    {
      title: say`check address, branch and credentials of the source`,
      // Flux tries again by itself every minute: asking it once more changes nothing.
      rank: 9,
      commands: always('flux get sources all --all-namespaces', 'kubectl -n flux-system get secrets'),
    },
  ],
  tainted: [
    {
      title: say`find who set the taint before you remove it`,
      commands: onNode('kubectl describe node NODE'),
    },
  ],
  'api-unavailable': [
    { title: say`repair the backend of the aggregated API`, commands: always('kubectl get apiservices') },
  ],
  'decryption-failed': [
    {
      title: say`put the decryption key back into the namespace`,
      rank: 10,
      // Through a file that sops removes again: what is decrypted never stays on the disk.
      commands: fault => [
        words('kubectl --namespace NAMESPACE get secrets').map(inNamespaceOf(fault)),
        [
          say`sops`,
          say`exec-file`,
          say`FILE`,
          say`kubectl --namespace ${fault.object?.namespace ?? say`flux-system`} apply --server-side --filename {}`,
        ],
      ],
    },
  ],
  'dependency-missing': [
    {
      title: say`correct dependsOn in Git: it names something that does not exist`,
      commands: always('git grep -n dependsOn'),
    },
  ],
};
