import type { ToolName, Workshop } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Examined, note, ok, problem } from './examined.ts';

export interface WorkstationFacts {
  /** Of the running Node, and the lowest that will do. */
  readonly node: { readonly version: string; readonly wanted: string };
  readonly tools: Workshop['tools'];
  /** Directories of PATH that are not used, with the reason. */
  readonly skipped: readonly { readonly dir: string; readonly why: 'relative' | 'world-writable' }[];
  /** How the login manager ends runs with the session; null when it does not. */
  readonly sessionEnds: Safe | null;
  /** Drills that wait to be undone: `dns-gone on lab`. */
  readonly drills: readonly Safe[];
  readonly state: {
    readonly folder: string;
    /** Null when it is not there yet. */
    readonly mode: number | null;
    readonly writable: boolean;
    readonly freeBytes: number | null;
  };
}

/** What each tool is for: without it only that is missing. */
const uses: Readonly<Record<ToolName, readonly [without: string, install: string]>> = {
  helmfile: ['no release can be synced', 'https://helmfile.readthedocs.io'],
  helm: ['no release can be synced', 'https://helm.sh'],
  flux: ['reconciling sets annotations instead, and cannot tell why it fails', 'https://fluxcd.io'],
  kubectl: ['definitions and manifests cannot be applied', 'https://kubernetes.io/docs/tasks/tools'],
  task: ["the repository's own bootstrap task cannot be run", 'https://taskfile.dev'],
};

const SCARCE_BYTES = 200 * 1024 * 1024;

export function examineWorkstation(facts: WorkstationFacts): readonly Examined[] {
  return [
    nodeOf(facts),
    ...toolsOf(facts),
    ...pathOf(facts),
    sessionOf(facts),
    ...stateOf(facts),
    ...facts.drills.map(drill =>
      problem(
        'workstation',
        say`the drill ${drill} was not undone`,
        say`groundup drill --undo, with --context for that cluster`,
      ),
    ),
  ];
}

function nodeOf({ node: { version, wanted } }: WorkstationFacts): Examined {
  return isAtLeast(version, wanted)
    ? ok('workstation', say`Node ${field(version)}`)
    : problem(
        'workstation',
        say`Node ${field(version)} is older than ${field(wanted)}`,
        say`install a current Node, or the single executable`,
      );
}

/** Compares `24.21.0` with `22.18`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map(text => text.split('.').map(Number));
  for (const [i, part] of (want ?? []).entries()) {
    const own = have?.[i] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function toolsOf({ tools }: WorkstationFacts): readonly Examined[] {
  return (Object.keys(uses) as ToolName[]).map(name => {
    const [without, install] = uses[name];
    const found = tools[name];
    if (found === undefined)
      return note(
        'workstation',
        say`${field(name)} is not on the PATH: ${field(without)}`,
        say`install it: ${field(install)}`,
      );
    return found.version === null
      ? note(
          'workstation',
          say`${field(name)} at ${field(found.path)} does not tell its version`,
          say`run it by hand and see why`,
        )
      : ok('workstation', say`${field(name)} ${found.version} (${field(found.path)})`);
  });
}

function pathOf({ skipped }: WorkstationFacts): readonly Examined[] {
  return skipped
    .slice(0, 10)
    .map(({ dir, why }) =>
      note(
        'workstation',
        why === 'relative'
          ? say`PATH has ${field(dir)}, which is relative: no tool is taken from there`
          : say`PATH has ${field(dir)}, which everybody may write to: no tool is taken from there`,
        why === 'relative' ? say`write it as an absolute path` : say`chmod o-w ${field(dir)}`,
      ),
    );
}

function sessionOf({ sessionEnds }: WorkstationFacts): Examined {
  return sessionEnds === null
    ? ok('workstation', say`actions outlive the terminal and the login session`)
    : note('workstation', sessionEnds);
}

function stateOf({ state: { folder, mode, writable, freeBytes } }: WorkstationFacts): readonly Examined[] {
  const where = field(folder);
  if (!writable)
    return [
      problem(
        'workstation',
        say`the state folder ${where} cannot be written: no action can be run`,
        say`make it yours, or set XDG_STATE_HOME to a folder that is`,
      ),
    ];
  const open = mode !== null && (mode & 0o077) !== 0;
  const scarce = freeBytes !== null && freeBytes < SCARCE_BYTES;
  return [
    open
      ? note(
          'workstation',
          say`others may read the state folder ${where}, and logs of actions are in it`,
          say`chmod 700 ${where}`,
        )
      : ok('workstation', say`state folder ${where}`),
    ...(scarce
      ? [
          note(
            'workstation',
            say`${where} has only ${Math.round((freeBytes ?? 0) / 1_048_576)} MiB left`,
            say`make room: logs of actions are written there`,
          ),
        ]
      : []),
  ];
}
