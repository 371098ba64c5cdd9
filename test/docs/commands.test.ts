import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
import { exits, isRun, notRun } from './shell-lines.ts';

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
  const env = { ...served.env, KUBECONFIG: kubeconfig, PATH: `${bin}:${served.env.PATH}` };
  writeFileSync(
    join(sandbox.folder, 'demo.env'),
    Object.entries(env)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(''),
  );
  return { sandbox, env };
}

/** Runs the lines of a page one after the other; gives those that ended otherwise than the page leads to expect. */
async function failures(lines: readonly string[]): Promise<readonly string[]> {
  const { sandbox, env } = await reader();
  const failed: string[] = [];
  if (lines.some(line => line.includes('night.jsonl')))
    await run(sandbox, ['check', '--record', 'night.jsonl'], { env });
  for (const line of lines) {
    const { code, out, err } = await runCommand(sandbox, 'bash', ['-o', 'pipefail', '-c', line], { env });
    const [wanted] = exits[line] ?? [0];
    if (code !== wanted) failed.push(`${line}\n  exit code ${code}, not ${wanted}\n${out}${err}`);
  }
  sandbox.remove();
  return failed;
}

describe('commands in what users read', () => {
  it.concurrent.each(
    pages
      .map(({ name, lines }) => [name, lines.filter(isRun)] as const)
      .filter(([, lines]) => lines.length > 0),
  )('%s: each does what the page says, on a simulated cluster', async (_, lines) => {
    expect(await failures(lines)).toEqual([]);
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
