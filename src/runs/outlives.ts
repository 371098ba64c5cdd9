import { access, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { warn } from '../recovery/guard.ts';
import type { Guard } from '../recovery/plan.ts';
import { say } from '../text/safe.ts';

/** In rising precedence; within a folder the names are sorted. */
const folders = ['usr/lib/systemd/logind.conf.d', 'run/systemd/logind.conf.d', 'etc/systemd/logind.conf.d'];

/**
 * A warning when the login manager of this machine ends every process of a session with it: then a run does not outlive
 * the terminal after all. Null when it does, or when nothing is known. Reads a few small files. `root`: for tests.
 */
export async function outlivesGuard(root = '/', user = userInfo().username): Promise<Guard | null> {
  const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8').catch(() => '');
  // Only a process inside of a login session is ended with it; a user service is not.
  if (!/\/session-[^/]*\.scope/.test(await read('proc/self/cgroup'))) return null;
  const texts = [await read('usr/lib/systemd/logind.conf'), await read('etc/systemd/logind.conf')];
  for (const folder of folders) {
    const names = await readdir(join(root, folder)).catch(() => []);
    for (const name of names.filter(one => one.endsWith('.conf')).sort())
      texts.push(await read(join(folder, name)));
  }
  if (!killsProcesses(texts)) return null;
  const lingers = await access(join(root, 'var/lib/systemd/linger', user)).then(
    () => true,
    () => false,
  );
  const how = lingers
    ? say`start groundup with: systemd-run --user --scope groundup`
    : say`keep this session open, or: loginctl enable-linger, then systemd-run --user --scope groundup`;
  return warn(say`this machine ends all processes with the login session (KillUserProcesses): ${how}`);
}

/** The last setting counts. The shipped file shows the built-in default as a comment. */
function killsProcesses(texts: readonly string[]): boolean {
  let value: string | undefined;
  let shipped: string | undefined;
  for (const text of texts)
    for (const [, comment, found] of text.matchAll(/^\s*(#?)\s*KillUserProcesses\s*=\s*(\w+)/gm)) {
      if (comment === '') value = found;
      else shipped ??= found;
    }
  return /^(yes|true|on|1)$/i.test(value ?? shipped ?? 'no');
}
