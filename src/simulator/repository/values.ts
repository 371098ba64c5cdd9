/** Values of the bootstrap releases, by the path of their file in the repository. */
export const VALUES: Readonly<Record<string, string>> = {
  'kubernetes/apps/kube-system/cilium/values.yaml': `---
autoDirectNodeRoutes: true
cluster:
  id: 1
  name: homelab
cni:
  exclusive: true
hubble:
  enabled: false
ipam:
  mode: kubernetes
ipv4NativeRoutingCIDR: 10.42.0.0/16
k8sServiceHost: 127.0.0.1
k8sServicePort: 7445
kubeProxyReplacement: true
operator:
  replicas: 1
rollOutCiliumPods: true
routingMode: native
`,
  'kubernetes/apps/kube-system/coredns/values.yaml': `---
fullnameOverride: coredns
replicaCount: 2
k8sAppLabelOverride: kube-dns
service:
  name: kube-dns
  # The address that every kubelet gives to its pods as their resolver.
  clusterIP: 10.43.0.10
`,
  'kubernetes/apps/kube-system/spegel/values.yaml': `---
spegel:
  appendMirrors: true
  containerdSock: /run/containerd/containerd.sock
`,
  'kubernetes/apps/cert-manager/cert-manager/values.yaml': `---
crds:
  enabled: true
dns01RecursiveNameserversOnly: true
`,
  'kubernetes/apps/flux-system/flux-operator/values.yaml': `---
serviceMonitor:
  create: false
`,
  'kubernetes/apps/flux-system/flux-instance/values.yaml': `---
instance:
  distribution:
    version: 2.x
  cluster:
    networkPolicy: false
  components:
    - source-controller
    - kustomize-controller
    - helm-controller
    - notification-controller
  sync:
    kind: GitRepository
    url: ssh://git@git.example.org/ops/homelab.git
    ref: refs/heads/main
    path: kubernetes/flux/cluster
    pullSecret: flux-system
`,
};
