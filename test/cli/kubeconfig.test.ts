import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArguments, UsageError } from '../../src/cli/arguments.ts';
import { checkFlags } from '../../src/cli/commands.ts';
import { chooseClusters } from '../../src/cli/kubeconfig.ts';
import { refusedFlags } from '../../src/cli/refused-flags.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-flags-'));
  writeFileSync(
    join(folder, 'config'),
    `current-context: a
contexts: [{name: a, context: {cluster: ca, user: ua}}, {name: b, context: {cluster: cb, user: ub}}]
clusters: [{name: ca, cluster: {server: "https://a:6443"}}, {name: cb, cluster: {server: "https://b:6443"}}]
users: [{name: ua, user: {token: ta}}, {name: ub, user: {token: tb}}]
`,
  );
  env = { HOME: folder, KUBECONFIG: join(folder, 'config') };
});
afterAll(() => rmSync(folder, { recursive: true }));

const choose = (...argv: readonly string[]) =>
  chooseClusters(readArguments(argv, checkFlags).values, env).map(one => ({
    at: `${one.context} ${one.cluster.name} ${one.user.name} ${one.cluster.server}`,
    user: one.user,
    cluster: one.cluster,
    timeout: one.requestTimeoutMs,
  }));

describe('the flags of kubectl', () => {
  it.each<[readonly string[], readonly string[]]>([
    [[], ['a ca ua https://a:6443']],
    [['--context', 'b'], ['b cb ub https://b:6443']],
    [['--cluster', 'cb'], ['a cb ua https://b:6443']],
    [['--user', 'ub'], ['a ca ub https://a:6443']],
    [['-s', 'https://other'], ['a ca ua https://other']],
    [
      ['--context', 'b', '--context=a', '--context', 'b'],
      ['b cb ub https://b:6443', 'a ca ua https://a:6443'],
    ],
  ])('%j', (argv, expected) => expect(choose(...argv).map(one => one.at)).toEqual(expected));

  it('act as somebody else, with a name for the certificate and a limit for requests', () => {
    const words =
      '--as eve --as-group dev --as-group ops --as-uid 7 --tls-server-name api --request-timeout 5s';
    expect(choose(...words.split(' '))[0]).toMatchObject({
      user: { as: 'eve', asGroups: ['dev', 'ops'], asUid: '7' },
      cluster: { tlsServerName: 'api' },
      timeout: 5_000,
    });
  });

  it.each<[readonly string[], RegExp]>([
    [['--as-group', 'dev'], /add --as USER/],
    [['--request-timeout', '0'], /every wait here has an end/],
    [['--context', 'a', '--context', 'b', '--server', 'https://x'], /--server names one cluster/],
    [['--context', 'a', '--context', 'c'], /no context c; it has: /],
    [['--token', 'very-secret'], /^--token is not taken: every user of this machine sees/],
    [['--password=very-secret'], /^--password is not taken/],
    [['--insecure-skip-tls-verify'], /must know whom it talks to/],
  ])('%j is refused with the reason', (argv, sentence) => {
    const refused = (): unknown => choose(...argv);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(sentence);
    expect(refused).not.toThrow(/very-secret/);
  });

  it('that are refused are no flags of any command', () => {
    for (const name of Object.keys(refusedFlags)) expect(checkFlags).not.toHaveProperty([name]);
  });
});
