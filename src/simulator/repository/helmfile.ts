/** `bootstrap/helmfile.yaml`: from an empty cluster to Flux, in the order of `needs`. */
export const HELMFILE = `---
# From an empty cluster to Flux. Everything after that is done by Flux.
helmDefaults:
  wait: true
  timeout: 600
  createNamespace: true

repositories:
  - name: cilium
    url: https://helm.cilium.io/
  - name: coredns
    url: https://coredns.github.io/helm
  - name: jetstack
    url: https://charts.jetstack.io

releases:
  - name: cilium
    namespace: kube-system
    chart: cilium/cilium
    version: 1.17.4
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/kube-system/cilium/values.yaml']

  - name: coredns
    namespace: kube-system
    chart: coredns/coredns
    version: 1.42.1
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/kube-system/coredns/values.yaml']
    needs: ['kube-system/cilium']

  - name: spegel
    namespace: kube-system
    chart: oci://ghcr.io/spegel-org/helm-charts/spegel
    version: 0.2.0
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/kube-system/spegel/values.yaml']
    needs: ['kube-system/coredns']

  - name: cert-manager
    namespace: cert-manager
    chart: jetstack/cert-manager
    version: v1.17.2
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/cert-manager/cert-manager/values.yaml']
    needs: ['kube-system/spegel']

  - name: flux-operator
    namespace: flux-system
    chart: oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator
    version: 0.20.0
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/flux-system/flux-operator/values.yaml']
    needs: ['cert-manager/cert-manager']

  - name: flux-instance
    namespace: flux-system
    chart: oci://ghcr.io/controlplaneio-fluxcd/charts/flux-instance
    version: 0.20.0
    values: ['{{ requiredEnv "ROOT_DIR" }}/kubernetes/apps/flux-system/flux-instance/values.yaml']
    needs: ['flux-system/flux-operator']
`;
