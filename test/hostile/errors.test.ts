import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { makeSandbox, run } from '../e2e/program.ts';
import { isFull, rowTest } from '../faults-terminal/support/row-test.ts';
import { corpus } from '../text/corpus.ts';
import { reactions } from './emulated.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const texts = corpus()
  .map(one => one.input)
  .filter(input => input.length < 2_000);

/** An API server that refuses everything, in the words it was given. */
let words = '';
let server: Server;
beforeAll(async () => {
  server = createServer((_, response) => {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: words, message: words };
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
});
afterAll(() => server.close());

const sandbox = makeSandbox();
afterAll(() => sandbox.remove());

/** A kubeconfig whose names are the text; `plugin`: a program that writes it to stderr and fails. */
function kubeconfig(text: string, plugin: string | null): string {
  const { port } = server.address() as AddressInfo;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'Never',
    command: plugin,
    args: [text],
    installHint: text,
  };
  const path = join(sandbox.folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': text,
    clusters: [{ name: text, cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: text, user: plugin === null ? { token: 'x' } : { exec } }],
    contexts: [{ name: text, context: { cluster: text, user: text, namespace: text } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function failingPlugin(text: string): string {
  const path = join(sandbox.folder, 'plugin');
  writeFileSync(
    path,
    `#!${process.execPath}\nprocess.stderr.write(${JSON.stringify(text)}); process.exitCode = 3;\n`,
  );
  chmodSync(path, 0o700);
  return path;
}

rowTest('S3', { withinMs: 120_000 }, async measured => {
  const tried = texts.filter((_, i) => isFull || i % 20 === 0);
  let outputs = 0;
  for (const text of tried) {
    words = text;
    for (const plugin of [null, failingPlugin(text)]) {
      const env = { KUBECONFIG: kubeconfig(text, plugin) };
      for (const args of [
        ['check', '--timeout', '2s'],
        ['recover', text, '--plan', '--timeout', '2s'],
        ['check', '--context', `${text}?`],
        ['check', '--kubeconfig', join(sandbox.folder, text.replaceAll('\0', ''))],
      ].map(words => words.map(word => word.replaceAll('\0', '')))) {
        const { out, err } = await run(sandbox, args, { env });
        const said = `${out}${err}`;
        expect(said, JSON.stringify([args, text])).not.toMatch(CONTROL);
        expect(await reactions(said.split('\n')), JSON.stringify([args, text])).toEqual([]);
        expect(said).not.toBe('');
        outputs += 1;
      }
    }
  }
  measured(`${tried.length} texts, ${outputs} outputs: 0 bytes that act`);
});
