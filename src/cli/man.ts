import { type Flags, readArguments } from './arguments.ts';
import { type Command, commands, manFlags } from './commands.ts';
import { environment } from './environment.ts';
import { exitCodes, exitMeanings } from './exit-codes.ts';
import { refusedFlags } from './refused-flags.ts';
import { released, version } from './version.ts';

/** Prints the manual page, made of the tables that `--help` and the completion read as well. */
export async function man(argv: readonly string[]): Promise<number> {
  readArguments(argv, manFlags);
  process.stdout.write(page());
  return exitCodes.healthy;
}

function page(): string {
  return [
    `.TH GROUNDUP 1 "${released}" "groundup ${plain(version)}" "User Commands"`,
    '.SH NAME',
    'groundup \\- watches a Kubernetes cluster from the ground up and drives its recovery',
    '.SH SYNOPSIS',
    ...Object.values(commands).flatMap(({ usage }, at) => [...(at === 0 ? [] : ['.br']), text(usage)]),
    '.SH DESCRIPTION',
    ...paragraphs(description),
    '.SH COMMANDS',
    ...Object.values(commands).flatMap(section),
    '.SH FLAGS THAT ARE NOT TAKEN',
    ...rows(Object.entries(refusedFlags).map(([name, why]) => [`--${name}`, why])),
    '.SH EXIT STATUS',
    ...rows(exitMeanings.map(([code, meaning]) => [String(code), meaning])),
    '.SH ENVIRONMENT',
    ...rows(environment),
    '.SH FILES',
    ...rows(files),
    '.SH SEE ALSO',
    '.BR kubectl (1)',
    '',
  ].join('\n');
}

const description = [
  'groundup shows eight layers, each standing on the one before: API server, Nodes, CNI, Pod networking, CoreDNS, Service discovery, Flux controllers, Applications. It names the lowest one that is broken and why, and binds the repair to a key.',
  'It starts read-only: u opens the lock for ten minutes, and every change is shown before it is made. In the monitor, ? tells the keys.',
  'It finds the cluster as kubectl does: --kubeconfig, else every file of KUBECONFIG, else ~/.kube/config, else the service account of its pod. As kubectl-groundup on the PATH it is also: kubectl groundup.',
];

const files: readonly (readonly [string, string])[] = [
  ['~/.kube/config', 'the kubeconfig, when nothing else names one'],
  ['~/.local/state/groundup/runs', 'one folder a run: its plan, its log, its end; audit.jsonl beside them'],
];

function section({ usage, summary, flags, examples }: Command): readonly string[] {
  return [
    `.SS ${text(usage)}`,
    text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...rows(Object.entries(flags).map(([name, flag]) => [flagText(name, flag), flag.help])),
    '.PP',
    'Examples:',
    '.PP',
    '.RS 4',
    '.nf',
    ...examples.map(text),
    '.fi',
    '.RE',
  ];
}

function flagText(name: string, { short, value }: Flags[string]): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function rows(table: readonly (readonly [string, string])[]): readonly string[] {
  return table.flatMap(([term, meaning]) => ['.TP', `.B ${text(term)}`, text(meaning)]);
}

function paragraphs(all: readonly string[]): readonly string[] {
  return all.flatMap((one, at) => [...(at === 0 ? [] : ['.PP']), text(one)]);
}

/** A line of text that no macro and no escape can come out of. */
function text(raw: string): string {
  const escaped = plain(raw);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** Hyphens must stay what a shell takes when they are copied; quotes would end an argument of a macro. */
function plain(raw: string): string {
  return raw
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti');
}
