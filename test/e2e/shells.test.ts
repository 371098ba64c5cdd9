import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { makeSandbox, program, run, runCommand, type Sandbox } from './program.ts';

let sandbox: Sandbox;
let env: Record<string, string>;
beforeAll(() => {
  sandbox = makeSandbox();
  const bin = join(sandbox.folder, 'bin');
  mkdirSync(bin);
  for (const name of ['groundup', 'kubectl-groundup']) symlinkSync(program, join(bin, name));
  symlinkSync(join(dirname(program), 'kubectl_complete-groundup'), join(bin, 'kubectl_complete-groundup'));
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  const context = 'arn:aws:eks:eu-1:1:cluster/edge';
  writeFileSync(kubeconfig, kubeconfigText({ url: 'http://127.0.0.1:9', token: 'x', context }));
  writeFileSync(join(sandbox.folder, 'some-file'), '');
  const path = `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
  env = { ...sandbox.env, PATH: path, KUBECONFIG: kubeconfig, PS1: '$ ', LC_ALL: 'C.UTF-8' };
});
afterAll(() => sandbox.remove());

const shells: readonly (readonly [shell: string, args: readonly string[], load: string])[] = [
  ['bash', ['--norc', '--noprofile'], 'source <(groundup completion bash)'],
  [
    'zsh',
    ['-f'],
    "PS1='$ '; autoload -Uz compinit; compinit -D -u; source <(groundup completion zsh); bindkey -e",
  ],
];

/** What is typed before Tab, and how the line reads after it. */
const lines: readonly (readonly [typed: string, line: string])[] = [
  ['groundup che', 'groundup check'],
  ['groundup check --fail', 'groundup check --fail-on'],
  ['groundup check --layer cn', 'groundup check --layer cni'],
  ['groundup check --layer=serv', 'groundup check --layer=service-discovery'],
  ['groundup demo --scenario coredns-z', 'groundup demo --scenario coredns-zero'],
  ['groundup recover clear', 'groundup recover clear-helm-lock'],
  ['groundup --context arn:aws', 'groundup --context arn:aws:eks:eu-1:1:cluster/edge'],
  ['groundup check --kubeconfig some-f', 'groundup check --kubeconfig some-file'],
];

for (const [shell, args, load] of shells) {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  const title = `completion in a real ${shell}`;
  describe.skipIf(!isHere)(isHere ? title : `${title} (skipped: there is no ${shell} on PATH)`, () => {
    it('finishes commands, flags, layers, scenarios, actions, contexts with colons, and files', async () => {
      const terminal = openTerminal(shell, [...args], { columns: 140, env, cwd: sandbox.folder });
      await terminal.until(/[$>] /);
      await terminal.press(`${load}; echo re''ady\r`);
      await terminal.until(/^ready/m);
      for (const [typed, line] of lines) {
        await terminal.press(`${typed}\t`);
        await terminal.until(screen => current(screen) === line).catch(() => told(terminal, line));
        await terminal.press('\u0015');
        await terminal.until(screen => !screen.includes(typed) || current(screen) === '');
      }
      await terminal.press('groundup check -o \t\t');
      const listed = await terminal.until(/junit[\s\S]*prometheus|prometheus[\s\S]*junit/);
      expect(listed).toContain('markdown');
      terminal.kill('SIGKILL');
      await terminal.ended;
    });
  });
}

const hasFish = spawnSync('fish', ['--version']).status === 0;
const fishTitle = 'completion in a real fish';
describe.skipIf(!hasFish)(hasFish ? fishTitle : `${fishTitle} (skipped: there is no fish on PATH)`, () => {
  it.each(lines)('finishes %s', async (typed, line) => {
    const words = `groundup completion fish | source; complete -C '${typed}'`;
    const ended = await runCommand(sandbox, 'fish', ['--no-config', '-c', words], { env });
    const finished = ended.out.split('\n').map(row => row.split('\t')[0]);
    expect(finished, ended.err).toContain(line.split(' ').at(-1));
  });
});

/** The line that is edited now: what stands after the last prompt. */
function current(screen: string): string {
  const line = screen.split('\n').findLast(row => /[$>] /.test(row) || row.trim() === '$') ?? '';
  return line.replace(/^.*?[$>] ?/, '').trim();
}

function told(terminal: TestTerminal, line: string): never {
  throw new Error(`expected '${line}' on\n${terminal.screen().join('\n').trim()}`);
}

const kubectl = ['/usr/local/bin', '/usr/bin', '/bin']
  .map(folder => `${folder}/kubectl`)
  .find(path => spawnSync(path, ['version', '--client']).status === 0);

describe.skipIf(kubectl === undefined)('completion of kubectl groundup', () => {
  it('is what kubectl asks the plugin for', async () => {
    const ended = await runCommand(
      sandbox,
      kubectl ?? '',
      ['__complete', 'groundup', 'check', '--layer', 'c'],
      { env },
    );
    expect(ended.out).toMatch(/^cni\n:4$/m);
  });
});

const renderer = ['mandoc', 'man'].find(name => spawnSync('which', [name]).status === 0);

describe.skipIf(renderer === undefined)('the manual page', () => {
  it('renders without a complaint', async () => {
    const page = join(sandbox.folder, 'groundup.1');
    writeFileSync(page, (await run(sandbox, ['man'])).out);
    const words = renderer === 'mandoc' ? ['-Tutf8', page] : ['-l', page];
    const overstruck = execFileSync(renderer ?? '', words, {
      encoding: 'utf8',
      env: { ...env, MANPAGER: 'cat' },
    });
    // Bold is a letter, a backspace and the letter again.
    const shown = overstruck.split(/[^\b][\b]/).join('');
    expect(shown).toMatch(/GROUNDUP\(1\)/);
    expect(shown).toMatch(/EXIT STATUS[\s\S]*ENVIRONMENT/);
    if (renderer === 'mandoc')
      expect(spawnSync('mandoc', ['-Tlint', '-Wwarning', page], { encoding: 'utf8' }).stdout).toBe('');
  });
});
