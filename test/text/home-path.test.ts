import { expect, it } from 'vitest';
import { homePath } from '../../src/text/home-path.ts';

it.each([
  [
    '/home/ops/.local/state/groundup/runs/01J/out.log',
    '/home/ops',
    '~/.local/state/groundup/runs/01J/out.log',
  ],
  ['/home/ops/x', '/home/ops/', '~/x'],
  ['/home/opsi/x', '/home/ops', '/home/opsi/x'],
  ['/var/log/x', '/home/ops', '/var/log/x'],
  ['/root/x', '/', '/root/x'],
  ['/home/ops/a\x1b[2J', '/home/ops', '~/a^[[2J'],
])('%s in the home %s reads %s', (path, home, expected) => {
  expect(homePath(path, home)).toBe(expected);
});
