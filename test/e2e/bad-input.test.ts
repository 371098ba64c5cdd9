import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { startTestApi, type TestApi } from './api-for-tests.ts';
import { type Ended, makeSandbox, program, run, runCommand, type Sandbox, show } from './program.ts';

let api: TestApi;
let sandbox: Sandbox;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(() => sandbox.remove());

describe('bad input is answered with one sentence on stderr and exit code 64', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['an unknown flag', ['--nope'], /unknown flag --nope/],
    ['a mistyped flag', ['--contxt', 'x'], /did you mean --context\?/],
    ['a flag without its value', ['check', '--context'], /--context/],
    ['an unknown command', ['chek'], /unknown command 'chek'; did you mean 'check'\?/],
    ['a word too many', ['check', 'now'], /unexpected argument 'now'/],
    ['an unknown flag of the demo', ['demo', '--fast'], /unknown flag --fast/],
    ['an unknown layer', ['check', '--layer', 'ingress'], /'ingress'; it is one of api, nodes, cni/],
    ['an unknown format', ['check', '-o', 'xml'], /'xml'; it is one of text, json/],
    ['an unknown verdict to fail on', ['check', '--fail-on', 'never'], /it is one of degraded, down/],
    ['a duration that is none', ['check', '--timeout', 'soon'], /'soon'; write a duration such as 30s/],
    [
      'an unknown scenario',
      ['demo', '--scenario', 'cni-gon'],
      /'cni-gon' \(did you mean cni-gone\?\); groundup demo --list/,
    ],
    ['a scenario like no other', ['demo', '--scenario', 'x'], /'x'[;.] .*groundup demo --list/],
    ['an impossible speed', ['demo', '--speed', '0'], /'0'; it is a number from 1 to 200/],
  ])('%s', async (_what, args, sentence) => {
    expectSentence(await run(sandbox, args), sentence);
  });

  it.each([['check'], ['']])('no kubeconfig where kubectl looks for one, for %j', async command => {
    const ended = await run(sandbox, command === '' ? [] : [command]);
    expectSentence(ended, /no kubeconfig at .*home\/\.kube\/config/);
    expect(ended.err).toContain('groundup demo');
  });

  it('a kubeconfig that was named and is not there, with its path', async () => {
    expectSentence(
      await run(sandbox, ['check', '--kubeconfig', 'gone..dir/config']),
      /groundup-e2e-\w+\/gone\.\.dir\/config/,
    );
  });

  it('a kubeconfig with broken YAML, with its line', async () => {
    const path = join(sandbox.folder, 'broken');
    writeFileSync(path, 'apiVersion: v1\nclusters: [\n  {name: a\ncontexts: 1\n');
    expectSentence(await run(sandbox, ['check', '--kubeconfig', path]), /not valid YAML: line \d/);
  });

  it.each([
    ['an empty file', ''],
    ['a list', '- a\n- b\n'],
    ['bytes that are no text', '\u0000\u0001\u0002'],
    [
      'clusters that are a number',
      'apiVersion: v1\nkind: Config\nclusters: 3\ncontexts: 7\ncurrent-context: x\n',
    ],
  ])('a kubeconfig that is %s', async (_what, text) => {
    const path = join(sandbox.folder, 'odd');
    writeFileSync(path, text);
    expectSentence(await run(sandbox, ['check', '--kubeconfig', path]), /odd|context|kubeconfig/);
  });

  it('a folder in place of a kubeconfig', async () => {
    expectSentence(await run(sandbox, ['check', '--kubeconfig', sandbox.folder]), /groundup-e2e-/);
  });

  it('an unknown context, with the ones that exist', async () => {
    const path = api.kubeconfig(sandbox, 'admin');
    expectSentence(
      await run(sandbox, ['check', '--kubeconfig', path, '--context', 'homlab']),
      /homlab.*homelab/,
    );
    expectSentence(await run(sandbox, ['--kubeconfig', path, '--context', 'homlab']), /homlab.*homelab/);
  });

  it('a monitor without a terminal', async () => {
    const path = api.kubeconfig(sandbox, 'admin');
    expectSentence(await run(sandbox, ['--kubeconfig', path]), /needs a terminal.*groundup check/);
  });

  it('a terminal that can move no cursor', async () => {
    const path = api.kubeconfig(sandbox, 'admin');
    const terminal = show(sandbox, ['--kubeconfig', path], { env: { TERM: 'dumb' } });
    expect((await terminal.ended).code).toBe(64);
    expect(terminal.raw()).toMatch(/^groundup: the monitor needs a terminal[^\n]*\r\n$/);
  });

  it.each(['20.20.2', '22.12.0', '22.17.1'])('Node %s, which lacks what is used', async version => {
    const pretend = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}` };
    const ended = await run(sandbox, ['check'], { env });
    expectSentence(ended, new RegExp(`needs Node 22\\.18 or newer; this is Node ${version}\\.`));
  });

  const old = oldNode();
  it.skipIf(old === undefined)(
    old === undefined ? 'Node below 22 (skipped: none on PATH)' : 'Node below 22',
    async () => {
      const ended = await run(sandbox, ['check'], { node: old ?? '' });
      expectSentence(ended, /needs Node 22\.18 or newer; this is Node \d+/);
      expect((await run(sandbox, ['--version'], { node: old ?? '' })).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
  );
});

describe('the program as a command', () => {
  it('runs by its own first line, answers --version and --help, and tells the flags of each command', async () => {
    const version = await runCommand(sandbox, program, ['--version']);
    expect([version.code, version.out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    const help = await runCommand(sandbox, program, ['--help']);
    expect(help.code, told(help)).toBe(0);
    for (const command of ['demo', 'check']) {
      expect(help.out).toContain(`groundup ${command} `);
      const own = await run(sandbox, [command, '--help']);
      expect([own.code, own.out]).toEqual([0, expect.stringMatching(/^Flags:\n {2}.*--\w/m)]);
    }
    expect(sandbox.left()).toEqual([]);
  });
});

describe('a cluster that cannot be judged is told apart from one that is down', () => {
  it('no one listens: down, exit code 2, and the address is told', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const ended = await run(sandbox, ['check', '--timeout', '4s', '--kubeconfig', kubeconfigFor(url)]);
    expectReport(ended, 2, /refuse/i);
    expect(ended.out).toContain(new URL(url).host);
    expect(ended.ms).toBeLessThan(20_000);
  });

  it('a name that no server knows: exit code 2 or 3, and the name is told', async () => {
    const ended = await run(sandbox, [
      ...['check', '--timeout', '4s', '--kubeconfig'],
      kubeconfigFor('https://cluster.invalid:6443'),
    ]);
    expect([2, 3], told(ended)).toContain(ended.code);
    expectReport(ended, ended.code ?? 0, /cluster\.invalid/);
  });

  it.each(['check', 'check -o json'])(
    'a server that never answers, within the time that was given (%s)',
    async words => {
      const silent = await silentServer();
      const path = kubeconfigFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      const ended = await run(sandbox, [...words.split(' '), '--timeout', '1s', '--kubeconfig', path]);
      silent.close();
      expect([2, 3], told(ended)).toContain(ended.code);
      expect(ended.ms, told(ended)).toBeLessThan(10_000);
      expectQuiet(ended);
    },
  );

  it('a server that is no Kubernetes', async () => {
    const odd = await silentServer('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello');
    const path = kubeconfigFor(`http://127.0.0.1:${(odd.address() as AddressInfo).port}`);
    const ended = await run(sandbox, ['check', '--timeout', '3s', '--kubeconfig', path]);
    odd.close();
    expect([2, 3], told(ended)).toContain(ended.code);
    expectQuiet(ended);
  });

  it('an expired token: unknown, exit code 3, and that it is the credentials', async () => {
    const path = api.kubeconfig(sandbox, 'expired');
    expectReport(
      await run(sandbox, ['check', '--timeout', '5s', '--kubeconfig', path]),
      3,
      /401|credential|unauthori/i,
    );
  });

  it.each(['nobody', 'guest'])(
    'no permission for anything (%s): unknown, exit code 3, and why',
    async token => {
      const path = api.kubeconfig(sandbox, token);
      const ended = await run(sandbox, ['check', '--timeout', '5s', '--kubeconfig', path]);
      expectReport(ended, 3, /403|forbidden|may not|permission|rbac/i);
      expect(ended.out.match(/unknown \(rbac\)/g), told(ended)).toHaveLength(8);
    },
  );

  it.each([
    ['expired', /401|credential|unauthori|log ?in/i],
    ['nobody', /rbac|permission|forbidden|may not/i],
  ])('the monitor stays open and says it, for the token %s', async (token, sentence) => {
    const path = api.kubeconfig(sandbox, token);
    const terminal = show(sandbox, ['--kubeconfig', path]);
    const screen = await terminal.until(sentence);
    expect(screen).not.toMatch(/● healthy/);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
    expect(sandbox.left()).toEqual([]);
  });
});

describe('a terminal that is too small', () => {
  it('gets one line with the verdict, and the whole screen when it grows', async () => {
    const terminal = show(sandbox, ['demo', '--scenario', 'cni-gone', '--speed', '20'], {
      columns: 20,
      rows: 5,
    });
    await terminal.until(/down|CNI|cilium/i);
    expect(terminal.screen().filter(row => row.trim() !== '')).toHaveLength(1);
    terminal.resize(80, 24);
    await terminal.until(/DaemonSet kube-system\/cilium/);
    terminal.resize(20, 5);
    await terminal.until(screen => screen.split('\n').filter(row => row.trim() !== '').length === 1);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
  });

  it.each([
    [1, 1],
    [5, 2],
    [200, 1],
    [2, 60],
  ])('does not stop at %i columns and %i rows', async (columns, rows) => {
    const terminal = show(sandbox, ['demo'], { columns, rows });
    await terminal.until(() => terminal.bytes() > 20);
    terminal.resize(80, 24);
    await terminal.until(/7 Applications/);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
    expect(sandbox.left()).toEqual([]);
  });
});

/** One line on stderr, nothing on stdout, no trace of the program's inside, and nothing left in the temp folder. */
function expectSentence(ended: Ended, sentence: RegExp): void {
  expect(ended.err, told(ended)).toMatch(sentence);
  expect(ended.code, told(ended)).toBe(64);
  expect(ended.err.trimEnd().split('\n'), told(ended)).toHaveLength(1);
  expect(ended.err).toMatch(/^groundup[ :]/);
  expect(ended.err).not.toMatch(/\.\.(\s|$)|\?\.|undefined|\[object/);
  expect(ended.out).toBe('');
  expectQuiet(ended);
}

function expectReport(ended: Ended, code: number, sentence: RegExp): void {
  expect(ended.out, told(ended)).toMatch(sentence);
  expect(ended.code, told(ended)).toBe(code);
  expectQuiet(ended);
}

function expectQuiet(ended: Ended): void {
  expect(`${ended.out}${ended.err}`).not.toMatch(/^ {2,}at .*[:(]/m);
  expect(`${ended.out}${ended.err}`).not.toContain('error in itself');
  expect(sandbox.left()).toEqual([]);
}

function told({ code, out, err, ms }: Ended): string {
  return `exit code ${code} after ${Math.round(ms)} ms\n${out}${err}`;
}

function kubeconfigFor(url: string): string {
  const path = join(sandbox.folder, 'kubeconfig');
  writeFileSync(path, kubeconfigText({ url, token: 'any', context: 'homelab' }));
  return path;
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = await silentServer();
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

/** Takes connections and says nothing, or always the same. */
function silentServer(answer?: string): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.unref();
    if (answer !== undefined) socket.once('data', () => socket.end(answer));
  });
  return new Promise(done => server.listen(0, '127.0.0.1', () => done(server)));
}

/** A Node on PATH that is too old for the program, if there is one. */
function oldNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':').concat('/usr/bin');
  return folders
    .map(folder => join(folder, 'node'))
    .find(node => {
      const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1] ?? 99) < 22;
    });
}
