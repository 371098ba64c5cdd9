import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outlivesGuard } from '../../src/runs/outlives.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'groundup-logind-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const inSession = '0::/user.slice/user-1000.slice/session-3.scope\n';
const inService = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux.scope\n';
const main = 'etc/systemd/logind.conf';

function machine(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['nothing is known', {}, false],
  ['the session ends everything', { 'proc/self/cgroup': inSession, [main]: 'KillUserProcesses=yes\n' }, true],
  ['it does not', { 'proc/self/cgroup': inSession, [main]: 'KillUserProcesses=no\n' }, false],
  ['we are in a user service', { 'proc/self/cgroup': inService, [main]: 'KillUserProcesses=yes\n' }, false],
  [
    'the built-in default ends everything',
    { 'proc/self/cgroup': inSession, [main]: '#KillUserProcesses=yes\n' },
    true,
  ],
  [
    'a drop-in says otherwise',
    {
      'proc/self/cgroup': inSession,
      [main]: 'KillUserProcesses=yes\n',
      'etc/systemd/logind.conf.d/10-keep.conf': '[Login]\nKillUserProcesses = no\n',
    },
    false,
  ],
])('when %s', async (_, files, warns) => {
  machine(files);
  const guard = await outlivesGuard(root, 'ops');
  expect(guard?.state).toBe(warns ? 'warning' : undefined);
});

test('the way out depends on whether the user lingers', async () => {
  machine({ 'proc/self/cgroup': inSession, [main]: 'KillUserProcesses=yes\n' });
  expect((await outlivesGuard(root, 'ops'))?.text).toContain('loginctl enable-linger');
  machine({ 'var/lib/systemd/linger/ops': '' });
  expect((await outlivesGuard(root, 'ops'))?.text).toContain('start groundup with: systemd-run');
});
