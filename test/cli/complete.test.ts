import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Command, commands } from '../../src/cli/commands.ts';
import { complete } from '../../src/cli/complete.ts';
import { help } from '../../src/cli/help.ts';
import { man } from '../../src/cli/man.ts';
import { layerIds } from '../../src/layers/layer.ts';
import { actions } from '../../src/recovery/actions/index.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';

let folder: string;
const before = { ...process.env };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-complete-'));
  const contexts = ['homelab', 'arn:aws:eks:eu-1:1:cluster/edge', 'evil\u001b[2J'];
  contexts.forEach((context, at) => {
    writeFileSync(join(folder, `${at}`), kubeconfigText({ url: 'http://127.0.0.1:9', token: 'x', context }));
  });
  mkdirSync(join(folder, 'state'));
  process.env.KUBECONFIG = contexts.map((_, at) => join(folder, `${at}`)).join(':');
  process.env.XDG_STATE_HOME = join(folder, 'state');
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.restoreAllMocks());

async function printed(work: () => Promise<number>): Promise<string> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    out += String(text);
    return true;
  });
  expect(await work()).toBe(0);
  vi.restoreAllMocks();
  return out;
}

/** The offered words, and the directive after them. */
async function offered(...line: readonly string[]) {
  const rows = (await printed(() => complete(line))).trimEnd().split('\n');
  return { words: rows.slice(0, -1).map(row => row.split('\t')[0]), directive: rows.at(-1) };
}

const names = Object.keys(commands).filter(name => name !== 'monitor');

describe('the completion', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['commands', [''], [...names, 'help']],
    ['a command that was begun', ['che'], ['check']],
    ['commands to be helped with', ['help', 'ru'], ['runs']],
    [
      'contexts, without what a terminal would act on',
      ['--context', ''],
      ['homelab', 'arn:aws:eks:eu-1:1:cluster/edge'],
    ],
    ['a context behind =', ['check', '--context=ho'], ['--context=homelab']],
    [
      'a second context',
      ['check', '--context', 'homelab', '--context', 'a'],
      ['arn:aws:eks:eu-1:1:cluster/edge'],
    ],
    ['layers', ['check', '--layer', ''], layerIds],
    ['formats, by the short flag', ['check', '-o', 'j'], ['json', 'junit']],
    [
      'scenarios',
      ['demo', '--scenario', 'coredns'],
      FAULTS.map(one => one.name).filter(name => name.startsWith('coredns')),
    ],
    ['actions', ['recover', ''], actions.map(one => one.id)],
    ['what may run by itself', ['--heal', 's'], ['sync-release', 'scale-coredns']],
    ['what may run by itself without a screen', ['heal', '--action', 'in'], ['install-flux']],
    ['what can be done to runs', ['runs', ''], ['ls', 'show', 'logs', 'stop']],
    ['no run where there is none', ['runs', 'show', ''], []],
    ['nothing to be listed by ls', ['runs', 'ls', ''], []],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['nothing after the last word', ['completion', 'bash', ''], []],
    ['flags that begin so', ['check', '--fa'], ['--fail-on']],
    ['not a flag that was given', ['recover', '--plan', '--pl'], []],
    ['flags of the monitor', ['--allow'], ['--allow-actions']],
    ['nothing for an unknown flag', ['check', '--nope', '--fail-on', 'x', '--nop'], []],
  ])('offers %s', async (_what, line, words) => {
    expect(await offered(...line)).toEqual({ words, directive: ':4' });
  });

  it('offers actions of the configuration, for the context of the line', async () => {
    const config = join(folder, 'config.yaml');
    const own = 'title: t, run: [true], layer: dns';
    writeFileSync(
      config,
      `contexts:\n  homelab:\n    actions: [{id: own-safe, ${own}, danger: 1}, {id: own-risky, ${own}, danger: 3}]\n`,
    );
    const line = ['--config', config, '--context'];
    const recover = await offered('recover', ...line, 'homelab', 'own');
    expect(recover.words).toEqual(['own-safe', 'own-risky']);
    expect((await offered('heal', ...line, 'homelab', '--action', 'own')).words).toEqual(['own-safe']);
    expect((await offered('recover', ...line, 'other', 'own')).words).toEqual([]);
  });

  it('leaves file names to the shell', async () => {
    expect(await offered('check', '--kubeconfig', '')).toEqual({ words: [], directive: ':0' });
  });

  it('offers contexts of the kubeconfig that the line names', async () => {
    const line = ['check', '--kubeconfig', join(folder, '0'), '--context', ''];
    expect((await offered(...line)).words).toEqual(['homelab']);
  });

  it('does not fail without a kubeconfig, nor on a cluster that does not answer', async () => {
    const line = ['check', '--kubeconfig', join(folder, 'gone'), '--context', ''];
    expect(await offered(...line)).toEqual({ words: [], directive: ':4' });
    expect(await offered('check', '--context', 'homelab', '-n', '')).toEqual({ words: [], directive: ':4' });
  });

  it.each(Object.entries<Command>(commands))('knows every flag of %s', async (name, { flags }) => {
    const { words } = await offered(...(name === 'monitor' ? [] : [name]), '-');
    for (const flag of Object.keys(flags)) expect(words).toContain(`--${flag}`);
  });
});

describe('the manual page', () => {
  it('tells every command, flag, example and exit code, as --help does', async () => {
    const page = (await printed(() => man([]))).replaceAll('\\-', '-').replaceAll('\\(aq', "'");
    for (const [name, { flags, examples }] of Object.entries<Command>(commands)) {
      const text = help(name as keyof typeof commands);
      for (const flag of Object.keys(flags))
        for (const told of [page, text]) expect(told).toContain(`--${flag}`);
      for (const example of examples) for (const told of [page, text]) expect(told).toContain(example);
    }
    for (const code of [0, 1, 2, 3, 4, 5, 64, 70]) {
      expect(page).toMatch(new RegExp(`^\\.B ${code}$`, 'm'));
      expect(help()).toMatch(new RegExp(`^ +${code}  \\w`, 'm'));
    }
    expect(page).not.toMatch(/^'/m);
  });
});
