/** `Taskfile.yaml`: what the runbook of the homelab calls. */
export const TASKFILE = `---
version: '3'

vars:
  ROOT_DIR: '{{.ROOT_DIR}}'

tasks:
  default:
    desc: List the tasks
    cmd: task --list
    silent: true

  bootstrap:apps:
    desc: Install the critical infrastructure, from the CNI to Flux
    cmd: helmfile --file bootstrap/helmfile.yaml sync --hide-notes
    preconditions:
      - sh: command -v helmfile
        msg: helmfile is not on the path
      - sh: test -f "$KUBECONFIG"
        msg: There is no kubeconfig

  reconcile:
    desc: Force Flux to pull in changes from the repository
    cmd: flux --namespace flux-system reconcile kustomization flux-system --with-source
    preconditions:
      - sh: command -v flux
        msg: flux is not on the path
`;

export const README = `# homelab

The bootstrap of a simulated cluster: \`task bootstrap:apps\` brings it from nothing to Flux.
`;
