import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captureOutput } from '../../src/runs/captured-output.ts';
import { say } from '../../src/text/safe.ts';

let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'groundup-output-'));
  await mkdir(join(dir, 'tmp'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const MANIFEST = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

async function flawOf(text: string, more: { readonly onlyKind?: ReturnType<typeof say> } = {}) {
  const captured = await captureOutput(dir, { file: say`out.yaml`, ...more });
  writeSync(captured.fd, text);
  return captured.check(true);
}

test.each<[string, string, string | null]>([
  ['whole objects', MANIFEST + MANIFEST, null],
  ['nothing', '', 'its output holds no object'],
  ['only comments', '# Source: none\n---\n', 'its output holds no object'],
  [
    'a document that breaks off',
    `${MANIFEST}---\nkind: ConfigMap\ndata: { a: "b`,
    'its output is no whole YAML: nothing of it is used',
  ],
  ['words of a tool', 'Error: release: not found\n', 'its output is no whole YAML: nothing of it is used'],
  ['an object without a kind', 'apiVersion: v1\n', 'its output is no whole YAML: nothing of it is used'],
])('output with %s', async (_, text, flaw) => {
  expect(await flawOf(text)).toBe(flaw);
});

test('keeps the wanted kind only, and says when there is none', async () => {
  const definition = 'kind: CustomResourceDefinition\nmetadata: { name: x }\n';
  expect(
    await flawOf(`${MANIFEST}---\n${definition}`, { onlyKind: say`CustomResourceDefinition` }),
  ).toBeNull();
  const kept = readFileSync(join(dir, 'tmp/out.yaml'), 'utf8');
  expect(kept).toContain('CustomResourceDefinition');
  expect(kept).not.toContain('ConfigMap');
});

test('a backup stays beside the log, for its owner only; the rest lies in the folder that is cleared', async () => {
  const kept = await captureOutput(dir, { file: say`kept.yaml`, keep: true });
  await kept.check(false);
  const gone = await captureOutput(dir, { file: say`gone.yaml` });
  await gone.check(false);
  expect(statSync(join(dir, 'kept.yaml')).mode & 0o777).toBe(0o600);
  expect(existsSync(join(dir, 'tmp/gone.yaml'))).toBe(true);
});

test('of a tool that failed is not judged: its exit code says enough', async () => {
  const captured = await captureOutput(dir, {
    file: say`half.yaml`,
    onlyKind: say`CustomResourceDefinition`,
  });
  writeFileSync(join(dir, 'tmp/half.yaml'), 'kind: [half of a mani');
  expect(await captured.check(false)).toBeNull();
  expect(readFileSync(join(dir, 'tmp/half.yaml'), 'utf8')).toBe('kind: [half of a mani');
});

test('leads nowhere else and overwrites nothing', async () => {
  for (const file of [say`../plan.yaml`, say`plan.json`, say`/etc/x.yaml`, say``])
    await expect(captureOutput(dir, { file })).rejects.toThrow('no name for an output');
  await (await captureOutput(dir, { file: say`out.yaml` })).check(false);
  await expect(captureOutput(dir, { file: say`out.yaml` })).rejects.toThrow('EEXIST');
});
