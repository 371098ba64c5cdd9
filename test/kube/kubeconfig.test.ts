import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freezeKubeconfig } from '../../src/kube/freeze-kubeconfig.ts';
import { type KubeconfigAsk, loadKubeconfig } from '../../src/kube/kubeconfig.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const simple = (context: string, server: string, extra = ''): string => `
apiVersion: v1
kind: Config
current-context: ${context}
contexts: [{name: ${context}, context: {cluster: ${context}-c, user: ${context}-u, namespace: apps}}]
clusters: [{name: ${context}-c, cluster: {server: "${server}"}}]
users: [{name: ${context}-u, user: {token: secret-of-${context}}}]
${extra}`;
const load = (env: NodeJS.ProcessEnv, more: Partial<KubeconfigAsk> = {}) =>
  loadKubeconfig({ env: { HOME: folder, ...env }, ...more });
const good = (env: NodeJS.ProcessEnv, more: Partial<KubeconfigAsk> = {}) => {
  const result = load(env, more);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const bad = (env: NodeJS.ProcessEnv, more: Partial<KubeconfigAsk> = {}) => {
  const result = load(env, more);
  if (result.ok) throw new Error('was accepted');
  return result.error;
};

describe('where a kubeconfig is looked for', () => {
  it('reads ~/.kube/config without KUBECONFIG', () => {
    write('.kube/config', simple('home', 'https://home:6443'));
    expect(good({})).toMatchObject({
      context: 'home',
      namespace: 'apps',
      cluster: { server: 'https://home:6443' },
      user: { token: 'secret-of-home' },
    });
  });

  it('merges several files: the first one that names a thing wins, also the current context', () => {
    const a = write('a', simple('one', 'https://one:6443'));
    const b = write('b', simple('two', 'https://two:6443').replaceAll('two-c', 'one-c'));
    const config = good({ KUBECONFIG: [a, b].join(delimiter) });
    expect(config.context).toBe('one');
    expect(config.contexts.map(context => context.name)).toEqual(['one', 'two']);
    expect(good({ KUBECONFIG: [a, b].join(delimiter) }, { context: 'two' }).cluster.server).toBe(
      'https://one:6443',
    );
  });

  it('skips missing files of KUBECONFIG, as kubectl does', () => {
    const b = write('b', simple('two', 'https://two:6443'));
    expect(good({ KUBECONFIG: [join(folder, 'none'), '', b].join(delimiter) })).toMatchObject({
      context: 'two',
      files: [b],
    });
  });

  it('says so when every file is missing', () => {
    const error = bad({ KUBECONFIG: [join(folder, 'x'), join(folder, 'y')].join(delimiter) });
    expect(error.problem).toBe('file-missing');
    expect(error.message).toContain('None of these kubeconfigs exists');
    expect(error.cure).toContain('--kubeconfig');
  });

  it('does not fall back from --kubeconfig to anything else', () => {
    write('.kube/config', simple('home', 'https://home:6443'));
    expect(bad({}, { path: join(folder, 'nope') }).problem).toBe('file-missing');
  });

  it('uses the service account of the pod when there is no kubeconfig', () => {
    const account = join(folder, 'account');
    write('account/token', 'pod-token');
    write('account/namespace', 'tools\n');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    expect(good(env, { serviceAccountFolder: account })).toMatchObject({
      context: 'in-cluster',
      namespace: 'tools',
      cluster: { server: 'https://[fd00::1]:443' },
      user: { tokenFile: join(account, 'token') },
    });
  });
});

describe('what a kubeconfig says', () => {
  it('resolves paths against the folder of the file that holds them', () => {
    const path = write(
      'deep/config',
      `
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: https://k:1/, certificate-authority: ca.crt, tls-server-name: real.name, proxy-url: socks5://p:1}}]
users:
- name: u
  user:
    client-certificate: certs/me.crt
    client-key: /abs/me.key
    tokenFile: token
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, 1], env: [{name: A, value: b}], provideClusterInfo: true}
    as: root
    as-groups: [admins]
    as-user-extra: {scope: [x]}`,
    );
    const { cluster, user } = good({ KUBECONFIG: path });
    const at = (name: string): string => join(folder, 'deep', name);
    expect(cluster).toMatchObject({
      server: 'https://k:1',
      authority: { file: at('ca.crt') },
      tlsServerName: 'real.name',
      proxyUrl: 'socks5://p:1',
    });
    expect(user).toMatchObject({
      certificate: { file: at('certs/me.crt') },
      key: { file: '/abs/me.key' },
      tokenFile: at('token'),
      exec: {
        command: at('bin/login'),
        args: ['a', '1'],
        env: [{ name: 'A', value: 'b' }],
        provideClusterInfo: true,
      },
      as: 'root',
      asGroups: ['admins'],
      asExtra: { scope: ['x'] },
    });
  });

  it('leaves a bare exec command to PATH, and prefers data to files', () => {
    const path = write(
      'config',
      `
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: https://k, certificate-authority: ca.crt, certificate-authority-data: ${Buffer.from('PEM').toString('base64')}}}]
users: [{name: u, user: {exec: {command: aws}}}]`,
    );
    const { cluster, user } = good({ KUBECONFIG: path });
    expect(cluster.authority).toEqual({ data: 'PEM' });
    expect(user.exec?.command).toBe('aws');
  });

  it('lets flags win over the file', () => {
    const path = write('config', simple('c', 'https://c:6443'));
    const config = good({ KUBECONFIG: path }, { server: 'https://other:1', as: 'jane', asGroups: ['dev'] });
    expect(config).toMatchObject({
      cluster: { server: 'https://other:1' },
      user: { as: 'jane', asGroups: ['dev'] },
    });
  });
});

describe('bad input gets one sentence and a cure', () => {
  const cases: readonly [string, string, Partial<KubeconfigAsk>, string, RegExp][] = [
    ['broken YAML, with its line', 'a: 1\nb: [1, 2\nc: 3\n', {}, 'not-yaml', /line [234]/],
    ['a file that is something else', 'just text', {}, 'not-kubeconfig', /not a kubeconfig/],
    [
      'no current context',
      simple('c', 'https://c').replace('current-context: c', ''),
      {},
      'no-current-context',
      /it has: c/,
    ],
    [
      'an unknown context',
      simple('c', 'https://c'),
      { context: 'x' },
      'context-not-found',
      /no context x; it has: c/,
    ],
    ['an empty file', '', {}, 'no-current-context', /it has no contexts/],
    ['a missing cluster', simple('c', 'https://c'), { cluster: 'gone' }, 'cluster-not-found', /cluster gone/],
    ['a missing user', simple('c', 'https://c'), { user: 'gone' }, 'user-not-found', /user gone/],
    ['no server', simple('c', ''), {}, 'no-server', /no server address/],
    ['a server that is no URL', simple('c', 'ftp://c'), {}, 'bad-server', /ftp:\/\/c/],
  ];
  it.each(cases)('%s', (_, text, more, problem, message) => {
    const error = bad({ KUBECONFIG: write('config', text) }, more);
    expect(error.problem).toBe(problem);
    expect(error.message).toMatch(message);
    expect(error.cure).not.toBe('');
  });

  it('an unreadable file', () => {
    mkdirSync(join(folder, 'dir'));
    expect(bad({ KUBECONFIG: join(folder, 'dir') })).toMatchObject({ problem: 'file-unreadable' });
  });

  it('lists the nearest contexts when there are many', () => {
    const names = ['prod-eu', 'prod-us', 'staging', 'dev', 'lab', 'homelab', 'test', 'demo'];
    const contexts = names.map(name => `{name: ${name}, context: {cluster: c, user: u}}`).join(', ');
    const error = bad({ KUBECONFIG: write('config', `contexts: [${contexts}]`) }, { context: 'homlab' });
    expect(error.candidates[0]).toBe('homelab');
    expect(error.candidates).toHaveLength(5);
  });

  it('never repeats a secret', () => {
    const error = bad({ KUBECONFIG: write('config', simple('c', 'https://c')) }, { context: 'x' });
    expect(JSON.stringify(error)).not.toContain('secret-of');
  });
});

describe('a frozen kubeconfig', () => {
  it('is read back as the same cluster and user, from any folder', () => {
    const path = write(
      'deep/config',
      simple('c', 'https://c:6443').replace(
        'token: secret-of-c',
        'client-certificate: me.crt, client-key-data: S0VZ, as: jane, as-groups: [dev]',
      ),
    );
    const resolved = good({ KUBECONFIG: path });
    const frozen = write('frozen', freezeKubeconfig(resolved));
    const again = good({ KUBECONFIG: frozen });
    expect(again.cluster).toEqual(resolved.cluster);
    expect(again.user).toEqual(resolved.user);
    expect(again.contexts).toHaveLength(1);
    expect(parse(freezeKubeconfig(resolved))['current-context']).toBe('c');
  });
});
