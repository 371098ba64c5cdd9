import type { Flags } from './arguments.ts';
import { clusterFlags } from './cluster-flags.ts';
import type { Command } from './commands.ts';

export const waitFlags = {
  ...clusterFlags,
  for: { value: 'WHAT', help: 'layer=LAYER[,LAYER], or cluster (default)' },
  verdict: {
    value: 'VERDICT',
    choices: ['healthy', 'progressing', 'degraded', 'down', 'unknown'],
    help: 'the verdict that each of them must have (default healthy)',
  },
  timeout: { value: 'DURATION', help: 'how long to wait at most (default 5m)' },
  stable: { value: 'DURATION', help: 'for how long it must hold without a break (default 10s)' },
} as const satisfies Flags;
export const drillFlags = {
  ...clusterFlags,
  list: { help: 'one drill a line, its name first' },
  demo: { help: 'on a simulated cluster of its own, where nothing can go wrong' },
  yes: {
    help: 'do not ask, and undo as soon as the cause is named; the context must be named with --context',
  },
  repair: { help: 'repair it by the best remedy of groundup, as recover does, instead of undoing it' },
  undo: { help: 'take back a drill that was not undone, because it was killed' },
  patience: { value: 'DURATION', help: 'how long you have to repair it yourself (default 15m)' },
} as const satisfies Flags;
export const doctorFlags = {
  ...clusterFlags,
  output: { value: 'FORMAT', short: 'o', choices: ['text', 'json'], help: 'text or json' },
  timeout: { value: 'DURATION', help: 'how long the look at the cluster may take (default 15s)' },
} as const satisfies Flags;
export const manifestsFlags = {
  namespace: {
    value: 'NAME',
    short: 'n',
    help: 'where the objects live (default groundup; cronjob: kube-system)',
  },
  account: { value: 'NAME', help: 'rbac, cronjob: the service account (default groundup)' },
  user: { value: 'NAME', help: 'rbac: for this user instead of a service account' },
  group: { value: 'NAME', help: 'rbac: for this group instead of a service account' },
  'logs-in': {
    value: 'NAME',
    multiple: true,
    help: "rbac logs: in this namespace (repeatable; '*' for all; default kube-system and flux-system)",
  },
  'probe-pods-in': {
    value: 'NAME',
    multiple: true,
    help: 'rbac prober: also add containers to pods of this namespace, for check --probe-pod (repeatable)',
  },
  'probe-exec': {
    help: 'rbac prober: also run commands in the pods where Flux and the CNI live, for check --probe-exec',
  },
  'cni-namespace': { value: 'NAME', help: 'rbac prober: where the CNI lives (default kube-system)' },
  'flux-namespace': { value: 'NAME', help: 'rbac: where Flux lives (default flux-system)' },
  'helm-state': { help: 'rbac observer: also list Secrets, for the state of Helm releases' },
  image: { value: 'IMAGE', help: 'cronjob: the container image that holds groundup' },
  schedule: { value: 'CRON', help: "cronjob: when (default '*/5 * * * *')" },
  'node-local': {
    value: 'WAY',
    choices: ['control-plane', 'kubeprism'],
    help: 'cronjob: the API server as a node reaches it: on control planes (default), or by KubePrism of Talos',
  },
  plain: { help: 'alerts: a bare rules file instead of a PrometheusRule' },
  context: { value: 'NAME', help: 'systemd: the context to look at (default: the current one at that time)' },
  textfile: { value: 'FOLDER', help: 'systemd: write metrics there, for a textfile collector' },
  heal: {
    value: 'ACTION',
    multiple: true,
    help: 'systemd: also units that heal by this action, and what the configuration opts in (repeatable)',
  },
  every: { value: 'SPAN', help: 'systemd: how often (default 5min)' },
} as const satisfies Flags;

/** What keeps incidents away or short, beside the monitor. */
export const preventionCommands = {
  wait: {
    usage:
      'groundup wait [--for layer=LAYER[,LAYER] | cluster] [--verdict VERDICT] [--timeout 5m] [--stable 10s]',
    summary:
      'blocks until it is so and stays so; exit code 0 reached, 1 not in time, 3 not in time and it cannot be judged',
    flags: waitFlags,
    examples: ['groundup wait', 'groundup wait --for layer=cni,dns --timeout 10m && task bootstrap:apps'],
  },
  doctor: {
    usage: 'groundup doctor [-o FORMAT]',
    summary:
      'what groundup needs here, each problem with its cure; exit code 0 all is well, 1 limited, 2 something does not work',
    flags: doctorFlags,
    examples: ['groundup doctor', 'groundup doctor --context homelab -o json'],
  },
  drill: {
    usage: 'groundup drill NAME [--demo] [--yes] [--repair] | --list | --undo',
    summary:
      'breaks something on purpose where the configuration allows it, keeps the score and always takes it back; exit code 0 all seen and over, 1 not, 4 not begun or not undone',
    flags: drillFlags,
    examples: [
      'groundup drill --list',
      'groundup drill --demo dns-gone',
      'groundup drill cni-gone --context test-lab',
    ],
  },
  manifests: {
    usage: 'groundup manifests rbac [ROLE...] | cronjob | alerts | systemd [UNIT]',
    summary:
      'prints YAML for least-privilege roles (observer, logs, operator, prober), a check from inside, alert rules; or systemd units',
    flags: manifestsFlags,
    examples: [
      'groundup manifests rbac observer logs | kubectl apply -f -',
      'groundup manifests cronjob --image registry.example.com/groundup:1 --node-local kubeprism',
      'groundup manifests alerts --plain > groundup.rules.yaml',
    ],
  },
} as const satisfies Readonly<Record<string, Command>>;
