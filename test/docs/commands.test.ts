import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  makeSandbox,
  program,
  run,
  runCommand,
  type Sandbox,
  type Served,
  startServe,
} from '../e2e/program.ts';
import { allDocuments, commandLines } from './document.ts';
import { exits, isRemoving, isRun, notRun, shellOf } from './shell-lines.ts';

const pages = allDocuments().map(page => ({ name: page.name, lines: commandLines(page) }));
/** Contexts that pages speak of; here they all are the simulated cluster. */
const CONTEXTS = ['homelab', 'edge', 'test-lab'];

let host: Sandbox;
let served: Served;
beforeAll(async () => {
  host = makeSandbox();
  served = await startServe(host, ['--speed', '20']);
});
afterAll(async () => {
  await served.stop();
  host.remove();
});

/** A place with groundup on the PATH under each of its names, the tools of the simulation, and what earlier steps of a page left. */
async function reader(): Promise<{ readonly sandbox: Sandbox; readonly env: Record<string, string> }> {
  const sandbox = makeSandbox();
  const bin = join(sandbox.folder, 'bin');
  mkdirSync(bin);
  const own = `exec '${process.execPath}' '${program}'`;
  for (const [name, text] of [
    ['groundup', `${own} "$@"`],
    ['npx', `shift; ${own} "$@"`],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  const config = parse(readFileSync(served.env.KUBECONFIG ?? '', 'utf8'));
  const more = CONTEXTS.map(name => ({ ...config.contexts[0], name }));
  writeFileSync(kubeconfig, stringify({ ...config, contexts: [...config.contexts, ...more] }), {
    mode: 0o600,
  });
  const env = {
    ...served.env,
    KUBECONFIG: kubeconfig,
    PATH: `${bin}:${served.env.PATH}`,
    // Lines that remove things are run as well: nothing of a real home may be in their reach.
    HOME: sandbox.env.HOME ?? '',
    npm_config_prefix: join(sandbox.folder, 'global'),
  };
  writeFileSync(
    join(sandbox.folder, 'demo.env'),
    Object.entries(env)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(''),
  );
  return { sandbox, env };
}

/** Runs the lines of a page one after the other; gives those that ended otherwise than the page leads to expect. */
async function failures(
  lines: readonly string[],
  around: { readonly before?: (sandbox: Sandbox) => void; readonly after?: (sandbox: Sandbox) => void } = {},
): Promise<readonly string[]> {
  const { sandbox, env } = await reader();
  around.before?.(sandbox);
  const failed: string[] = [];
  if (lines.some(line => line.includes('night.jsonl')))
    await run(sandbox, ['check', '--record', 'night.jsonl'], { env });
  for (const line of lines) {
    const [shell, ...args] = shellOf(line);
    const { code, out, err } = await runCommand(sandbox, shell, args, { env });
    const [wanted] = exits[line] ?? [0];
    if (code !== wanted) failed.push(`${line}\n  exit code ${code}, not ${wanted}\n${out}${err}`);
  }
  around.after?.(sandbox);
  sandbox.remove();
  return failed;
}

describe('commands in what users read', () => {
  it.concurrent.each(
    pages
      .map(({ name, lines }) => [name, lines.filter(line => isRun(line) && !isRemoving(line))] as const)
      .filter(([, lines]) => lines.length > 0),
  )('%s: each does what the page says, on a simulated cluster', async (_, lines) => {
    expect(await failures(lines)).toEqual([]);
  });

  it('take away what groundup left on the machine and in the cluster, at the end', async () => {
    const lines = pages.flatMap(page => page.lines.filter(line => isRun(line) && isRemoving(line)));
    const left = ({ folder }: Sandbox) =>
      [
        'global/lib/node_modules/groundup',
        'home/.local/state/groundup',
        'home/.cache/groundup',
        'home/.config/groundup',
      ].map(path => join(folder, path));
    const failed = await failures(
      ['groundup manifests rbac observer logs operator prober | kubectl apply -f -', ...lines],
      {
        before: sandbox => {
          for (const path of left(sandbox)) mkdirSync(path, { recursive: true });
        },
        after: sandbox => expect(left(sandbox).filter(existsSync)).toEqual([]),
      },
    );
    expect(failed).toEqual([]);
    expect(lines).toHaveLength(5);
    const seen = await runCommand(host, 'kubectl', ['get', 'namespaces,clusterroles', '-o', 'name'], {
      env: { ...served.env },
    });
    expect(seen.out).toMatch(/kube-system/);
    expect(seen.out).not.toMatch(/groundup/);
  });

  it('notices a line that fails, also before a pipe', async () => {
    const failed = await failures(['groundup runs show nothing | cat', 'groundup config path']);
    expect(failed).toEqual([expect.stringMatching(/exit code 64, not 0/)]);
  });

  it('leaves out no line that no page has', () => {
    const all = new Set(pages.flatMap(({ lines }) => lines));
    for (const line of [...Object.keys(notRun), ...Object.keys(exits)]) expect(all).toContain(line);
  });

  it('runs most of them', () => {
    const all = pages.flatMap(({ lines }) => lines);
    expect(all.filter(isRun).length).toBeGreaterThan(all.length / 2);
  });
});
