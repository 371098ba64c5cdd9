import { spawnSync } from 'node:child_process';
import { invocationsIn } from './invocation.ts';

/** Lines that are not run here, each with the reason; what they call of groundup is parsed all the same. */
export const notRun: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'installs the dependencies; the demo itself is played in test/e2e',
  'npm ci && npm test': 'this is npm test',
  'npm ci && npm run build': 'installs the dependencies',
  'npm run build': 'was done before',
  'npm pack && npm install -g groundup-*.tgz': 'test/pack does it',
  'npm run executable': 'test/pack does it',
  'podman build -t groundup .': 'needs a registry; test/real builds and runs the same file',
  'groundup drill --demo dns-gone': 'waits for a person; test/cli/drill.test.ts plays it',
  'groundup drill --demo dns-gone --yes': 'takes long; test/cli/drill.test.ts plays it',
  'groundup drill dns-gone --context test-lab': 'asks on a terminal; test/cli/drill.test.ts plays it',
};

/** Lines for another shell than bash, as a user of it reads them. */
const otherShells: Readonly<Record<string, readonly [shell: string, ...args: string[]]>> = {
  'source <(groundup completion zsh)': [
    'zsh',
    '-f',
    '-c',
    'autoload -Uz compinit; compinit -D -u; source <(groundup completion zsh) && (( $+_comps[groundup] ))',
  ],
  'groundup completion fish | source': [
    'fish',
    '--no-config',
    '-c',
    'groundup completion fish | source; and string match -q "*groundup*" (complete)',
  ],
};

/** The program that runs a line, with its arguments. */
export function shellOf(line: string): readonly [shell: string, ...args: string[]] {
  return otherShells[line] ?? ['bash', '-o', 'pipefail', '-c', line];
}

/** Whether a line takes away what other pages use: these are run when all others are done. */
export function isRemoving(line: string): boolean {
  return /^(?:npm uninstall|rm|kubectl .*delete) |\| kubectl delete /.test(line);
}

/** Lines that end with another exit code than 0, and why that is right. */
export const exits: Readonly<Record<string, readonly [code: number, why: string]>> = {
  'groundup runs logs last': [64, 'nothing was run here yet'],
  'groundup runs show last': [64, 'nothing was run here yet'],
};

/** What needs a terminal, or plays for longer than a test of pages may take. */
function isForTerminals(command: string, args: readonly string[]): boolean {
  if (command === 'monitor') return !args.includes('--help') && !args.includes('--version');
  return command === 'replay' || (command === 'demo' && !args.includes('--list'));
}

/** Whether a line can be run on a simulated cluster without a person. */
export function isRun(line: string): boolean {
  const [shell] = otherShells[line] ?? [];
  if (line in notRun || (shell !== undefined && !isHere(shell))) return false;
  return !invocationsIn(line).some(({ command, args }) => isForTerminals(command, args));
}

function isHere(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}
