import { formatNames } from '../report/format-names.ts';
import type { Flags, Source } from './arguments.ts';
import { clusterFlags, clustersFlags } from './cluster-flags.ts';
import { preventionCommands } from './prevention-commands.ts';

/** The commands as `--help`, the completion and the README tell them. One entry a command. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly flags: Flags;
  readonly examples: readonly string[];
  /** What its words may be, in order, for the completion. */
  readonly words?: readonly Words[];
}

/** A closed list, or where the words come from; `after` keeps it to lines whose word before is one of these. */
export interface Words {
  readonly choices?: readonly string[];
  readonly from?: Source;
  readonly after?: readonly string[];
}

const recordFlags = {
  record: { value: 'FILE', help: 'write down what is seen, to be shown by groundup replay FILE' },
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

const healFlag = {
  heal: {
    value: 'ACTION',
    multiple: true,
    from: 'healing',
    help: 'let this action run by itself after a countdown (repeatable); H stops it',
  },
} as const satisfies Flags;

export const monitorFlags = {
  ...clustersFlags,
  ...recordFlags,
  ...screenFlags,
  ...healFlag,
  plain: { help: 'one line of text a change instead of a screen, for screen readers and logs; no keys' },
} as const satisfies Flags;
export const configFlags = { ...clusterFlags } as const satisfies Flags;
export const demoFlags = {
  scenario: { value: 'NAME', from: 'scenarios', help: 'the fault to play; --list names them' },
  speed: { value: 'N', help: 'how many times faster than real (default 10; 30 as text)' },
  list: { help: 'one fault a line, its name first' },
  serve: { help: 'only run the simulated cluster and print how to reach it' },
  ...recordFlags,
  ...screenFlags,
  ...healFlag,
} as const satisfies Flags;
export const checkFlags = {
  ...clustersFlags,
  layer: { value: 'LAYER', multiple: true, from: 'layers', help: 'judge only this layer (repeatable)' },
  output: { value: 'FORMAT', short: 'o', choices: formatNames, help: formatNames.join(', ') },
  'output-file': { value: 'FILE', help: 'write it there instead, all at once and readable for all' },
  notify: { help: 'tell of changes and give the sign of life, as the configuration says' },
  'fail-on': {
    value: 'VERDICT',
    choices: ['degraded', 'down'],
    help: 'the mildest verdict that fails (default degraded)',
  },
  probe: { help: 'also ask actively: DNS over a port-forward, and a short-lived pod on each node' },
  'probe-exec': {
    help: 'as --probe, and by commands in pods: lookups in a controller of Flux, the status of Cilium agents',
  },
  'probe-pod': {
    value: 'NAMESPACE/POD',
    help: "also ask from inside this pod, by a container that stays in the pod's list until the pod ends",
  },
  timeout: { value: 'DURATION', help: 'how long the look may take (default 30s, when probing 90s)' },
  ...recordFlags,
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
export const healFlags = {
  ...clusterFlags,
  action: {
    value: 'ACTION',
    multiple: true,
    from: 'healing',
    help: 'an action that may run by itself (repeatable); nothing else ever does',
  },
  'dry-run': { help: 'say what would be done, and do nothing' },
  once: { help: 'end with the first answer (also without this flag)' },
  for: { value: 'DURATION', help: 'go on looking and healing for so long' },
  stop: { help: 'stop self-healing of this cluster on this machine, also in the monitor' },
  resume: { help: 'turn it on again' },
  timeout: { value: 'DURATION', help: 'how long the look may take (default 60s)' },
} as const satisfies Flags;
export const replayFlags = {
  speed: { value: 'N', help: 'how many times faster than it happened (default 10)' },
  'no-color': screenFlags['no-color'],
  ascii: screenFlags.ascii,
} as const satisfies Flags;
export const reportFlags = {
  ...clusterFlags,
  output: { value: 'FORMAT', short: 'o', choices: ['markdown', 'json'], help: 'markdown or json' },
  since: { value: 'DURATION', help: 'how far it goes back (default 24h; of a recording: all of it)' },
  redact: { help: 'names of cluster, nodes and people and all addresses are replaced as well' },
  timeout: { value: 'DURATION', help: 'how long the look at the cluster may take (default 10s)' },
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

export const completionFlags = {} as const satisfies Flags;
export const manFlags = {} as const satisfies Flags;

export const commands = {
  monitor: {
    usage: 'groundup [--context NAME]... [--kubeconfig FILE] [-n NAMESPACE] [--allow-actions]',
    summary: 'the monitor (also: kubectl groundup)',
    flags: monitorFlags,
    examples: [
      'groundup',
      'groundup --context homelab --allow-actions',
      'groundup --context homelab --context edge -n media',
    ],
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
    usage:
      'groundup check [--context NAME]... [--layer LAYER]... [--probe] [--probe-exec] [--probe-pod NAMESPACE/POD] [-o FORMAT] [--fail-on VERDICT] [--timeout 30s]',
    summary: 'one look without a terminal; exit code 0 healthy, 1 degraded, 2 down, 3 unknown, 64 usage',
    flags: checkFlags,
    examples: [
      'groundup check',
      'groundup check --layer cni -o json',
      'groundup check --probe-pod media/plex-0',
      'groundup check --context homelab --context edge',
      'groundup check -o prometheus --fail-on down',
    ],
  },
  recover: {
    usage: 'groundup recover [--plan] [--yes] [ACTION [TARGET]]',
    summary:
      'repairs the root cause, or runs one action; exit code as check afterwards, 4 not done, 5 outcome unknown',
    flags: recoverFlags,
    examples: ['groundup recover --plan', 'groundup recover --yes', 'groundup recover sync-release cilium'],
    words: [{ from: 'actions' }],
  },
  report: {
    usage: 'groundup report [-o markdown|json] [--since 1h] [--redact] [FILE]',
    summary:
      'what happened, as a report: from the flight record and a look at the cluster, or from a recording',
    flags: reportFlags,
    examples: ['groundup report --since 1h > incident.md', 'groundup report -o json --redact night.jsonl'],
  },
  replay: {
    usage: 'groundup replay FILE [--speed N]',
    summary: 'shows a recording (--record FILE, or a flight record) in the monitor; asks no cluster',
    flags: replayFlags,
    examples: ['groundup replay night.jsonl'],
  },
  heal: {
    usage: 'groundup heal --action ACTION [--dry-run] [--once | --for 10m] [--stop | --resume]',
    summary:
      'repairs by itself what is opted in, for timers; exit code as check afterwards, 4 failed or left to people, 5 outcome unknown',
    flags: healFlags,
    examples: [
      'groundup heal --action scale-coredns --dry-run',
      'groundup heal --action scale-coredns --action restart-rollout --for 10m',
      'groundup heal --stop',
    ],
  },
  runs: {
    usage: 'groundup runs [ls | show ID | logs ID [-f] | stop ID [--how RUNG]]',
    summary:
      'actions of now and before, also those that outlived their terminal; ID may be shortened, or be last',
    flags: runsFlags,
    examples: ['groundup runs', 'groundup runs logs last -f', 'groundup runs show 01K -o json'],
    words: [{ choices: ['ls', 'show', 'logs', 'stop'] }, { from: 'runs', after: ['show', 'logs', 'stop'] }],
  },
  completion: {
    usage: 'groundup completion bash | zsh | fish',
    summary: 'a script that completes commands, flags, contexts, layers, runs, scenarios and actions',
    flags: completionFlags,
    examples: [
      'source <(groundup completion bash)',
      'source <(groundup completion zsh)',
      'groundup completion fish | source',
    ],
    words: [{ choices: ['bash', 'zsh', 'fish'] }],
  },
  man: {
    usage: 'groundup man',
    summary: 'the manual page, for man -l',
    flags: manFlags,
    examples: ['groundup man > groundup.1 && man -l groundup.1'],
  },
  config: {
    usage: 'groundup config [check | show | path]',
    summary: 'what is wrong with the configuration (64 then), what holds for a context, where the file is',
    flags: configFlags,
    examples: ['groundup config check', 'groundup config show --context homelab', 'groundup config path'],
  },
  ...preventionCommands,
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;
