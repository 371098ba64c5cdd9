import { invocationsIn } from './invocation.ts';

/** Lines that are not run here, each with the reason; what they call of groundup is parsed all the same. */
export const notRun: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'installs the dependencies; the demo itself is played in test/e2e',
  'npm ci && npm test': 'this is npm test',
  'npm ci && npm run build': 'installs the dependencies',
  'npm run build': 'was done before',
  'npm pack && npm install -g groundup-*.tgz': 'test/pack does it',
  'npm run executable': 'test/pack does it',
  'podman build -t groundup .': 'needs a registry; test/pack builds the same file where podman is',
  'npm uninstall --global groundup': 'nothing is installed here',
  'rm -r ~/.local/state/groundup ~/.cache/groundup ~/.config/groundup': 'removes what a user has',
  'kubectl --namespace kube-system delete lease groundup-recovery --ignore-not-found':
    'needs the real kubectl',
  'kubectl delete namespace groundup-probe groundup --ignore-not-found': 'needs the real kubectl',
  'groundup manifests rbac observer logs operator prober | kubectl delete --ignore-not-found -f -':
    'needs the real kubectl',
  'source <(groundup completion zsh)': 'needs zsh; test/e2e/shells.test.ts does it where there is one',
  'groundup completion fish | source': 'needs fish; test/e2e/shells.test.ts does it where there is one',
  'groundup drill --demo dns-gone': 'waits for a person; test/cli/drill.test.ts plays it',
  'groundup drill --demo dns-gone --yes': 'takes long; test/cli/drill.test.ts plays it',
  'groundup drill dns-gone --context test-lab': 'asks on a terminal; test/cli/drill.test.ts plays it',
};

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
  if (line in notRun) return false;
  return !invocationsIn(line).some(({ command, args }) => isForTerminals(command, args));
}
