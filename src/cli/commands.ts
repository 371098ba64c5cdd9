import { formatNames } from '../report/format-names.ts';
import type { Flags } from './arguments.ts';

/** The commands as `--help`, the completion and the README tell them. One entry a command. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly flags: Flags;
  readonly examples: readonly string[];
}

const clusterFlags = {
  context: { value: 'NAME', help: 'context of the kubeconfig (default: its current one)' },
  kubeconfig: { value: 'FILE', help: 'kubeconfig file (default: $KUBECONFIG, then ~/.kube/config)' },
} as const satisfies Flags;

const screenFlags = {
  'allow-actions': { help: 'start with the lock open for ten minutes' },
  'no-clock': { help: 'ages do not tick: a quiet screen writes nothing at all' },
  ascii: { help: 'no characters beyond ASCII' },
  'no-color': { help: 'no colours (as does NO_COLOR)' },
  'debug-log': {
    value: 'FILE',
    help: 'write down how groundup itself does (at most 8 MiB, without secrets)',
  },
} as const satisfies Flags;

export const monitorFlags = { ...clusterFlags, ...screenFlags } as const satisfies Flags;
export const demoFlags = {
  scenario: { value: 'NAME', help: 'the fault to play; --list names them' },
  speed: { value: 'N', help: 'how many times faster than real (default 10; 30 as text)' },
  list: { help: 'one fault a line, its name first' },
  serve: { help: 'only run the simulated cluster and print how to reach it' },
  ...screenFlags,
} as const satisfies Flags;
export const checkFlags = {
  ...clusterFlags,
  layer: { value: 'LAYER', multiple: true, help: 'judge only this layer (repeatable)' },
  output: { value: 'FORMAT', short: 'o', choices: formatNames, help: formatNames.join(', ') },
  'fail-on': {
    value: 'VERDICT',
    choices: ['degraded', 'down'],
    help: 'the mildest verdict that fails (default degraded)',
  },
  probe: { help: 'also ask actively: DNS over a port-forward, and a short-lived pod on each node' },
  timeout: { value: 'DURATION', help: 'how long the look may take (default 30s, with --probe 90s)' },
} as const satisfies Flags;
export const recoverFlags = {
  ...clusterFlags,
  plan: { help: 'only show what would be done, with its commands and what speaks against it' },
  yes: { help: 'run without asking; what forbids it now still forbids it, and *prod* needs --context' },
  timeout: {
    value: 'DURATION',
    help: 'how long the look before, and the one after, may take (default 30s)',
  },
} as const satisfies Flags;
export const runsFlags = {
  output: { value: 'FORMAT', short: 'o', choices: ['text', 'json'], help: 'text or json (ls and show)' },
  follow: { short: 'f', help: 'logs: stay until the run has ended' },
  how: {
    value: 'RUNG',
    choices: ['after-step', 'interrupt', 'terminate', 'kill'],
    help: 'stop: how hard, each only after the one before (default interrupt)',
  },
} as const satisfies Flags;

export const commands = {
  monitor: {
    usage: 'groundup [--context NAME] [--kubeconfig FILE] [--allow-actions]',
    summary: 'the monitor (also: kubectl groundup)',
    flags: monitorFlags,
    examples: ['groundup', 'groundup --context homelab --allow-actions'],
  },
  demo: {
    usage: 'groundup demo [--scenario NAME] [--speed N] [--list] [--serve]',
    summary: 'the same on a built-in simulated cluster; without a terminal it plays one incident as text',
    flags: demoFlags,
    examples: [
      'groundup demo',
      'groundup demo --scenario coredns-zero',
      'groundup demo --serve > demo.env &  (then: . ./demo.env)',
    ],
  },
  check: {
    usage: 'groundup check [--layer LAYER] [--probe] [-o FORMAT] [--fail-on VERDICT] [--timeout 30s]',
    summary: 'one look without a terminal; exit code 0 healthy, 1 degraded, 2 down, 3 unknown, 64 usage',
    flags: checkFlags,
    examples: [
      'groundup check',
      'groundup check --layer cni -o json',
      'groundup check -o prometheus --fail-on down',
    ],
  },
  recover: {
    usage: 'groundup recover [--plan] [--yes] [ACTION [TARGET]]',
    summary:
      'repairs the root cause, or runs one action; exit code as check afterwards, 4 not done, 5 outcome unknown',
    flags: recoverFlags,
    examples: ['groundup recover --plan', 'groundup recover --yes', 'groundup recover sync-release cilium'],
  },
  runs: {
    usage: 'groundup runs [ls | show ID | logs ID [-f] | stop ID [--how RUNG]]',
    summary:
      'actions of now and before, also those that outlived their terminal; ID may be shortened, or be last',
    flags: runsFlags,
    examples: ['groundup runs', 'groundup runs logs last -f', 'groundup runs show 01K -o json'],
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;
