import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { taskNames } from '../../src/tools/task-names.ts';

function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'groundup-tasks-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('tasks are those of the Taskfile and of what it includes', async () => {
  const root = repository({
    'Taskfile.yaml': `
includes:
  bootstrap: .taskfiles/bootstrap
  talos: { taskfile: .taskfiles/talos/Taskfile.yaml }
  sops: '{{.ROOT_DIR}}/sops.yaml'
tasks:
  default: task --list
`,
    '.taskfiles/bootstrap/Taskfile.yaml': 'tasks: { apps: { cmd: helmfile sync }, talos: {} }',
    '.taskfiles/talos/Taskfile.yaml': 'tasks: { reset: {} }',
  });
  expect(await taskNames(root, 'Taskfile.yaml')).toEqual([
    'default',
    'bootstrap:apps',
    'bootstrap:talos',
    'talos:reset',
    'sops:*',
  ]);
});

test.each([
  ['no YAML', 'tasks: ['],
  ['empty', ''],
  ['a list', '- a'],
])('a Taskfile that is %s has none', async (_name, text) => {
  const names = await taskNames(repository({ 'Taskfile.yaml': text }), 'Taskfile.yaml');
  expect(names ?? []).toEqual([]);
});
