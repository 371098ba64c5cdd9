import type { Config } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { watchConfig } from '../config/watch-config.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { complaint, readConfiguration } from './configuration.ts';

export interface Reloading {
  /** The configuration that counts now. */
  readonly current: () => Config;
  readonly stop: () => void;
}

export interface ReloadOptions {
  readonly first: Config;
  readonly flags: { readonly config?: string };
  readonly env: NodeJS.ProcessEnv;
  /** The context that is shown: what changed for others is not told. */
  readonly context: () => string;
  /** Called after each change; `note` says what changed, or what is wrong. */
  readonly onChange: (settings: Settings, note: { readonly text: Safe; readonly isBad: boolean }) => void;
}

/** Reads the configuration again whenever its file changes. A file of which nothing can be used leaves things as they are. */
export function reloading({ first, flags, env, context, onChange }: ReloadOptions): Reloading {
  let config = first;
  const look = async (): Promise<void> => {
    const next = await readConfiguration(flags, env).catch(() => null);
    if (next === null || isSame(next, config)) return;
    const before = config.settingsFor(context());
    const wrong = complaint(next);
    // Its text is remembered all the same, so that the same trouble is told once.
    config = next.isUnread ? { ...next, settingsFor: config.settingsFor } : next;
    const after = config.settingsFor(context());
    const changed = changes(before, after);
    if (wrong !== null) onChange(after, { text: wrong, isBad: true });
    else if (changed.length === 0)
      onChange(after, { text: say`configuration read again: nothing changed here`, isBad: false });
    else
      onChange(after, { text: say`configuration read again: ${join(changed, ', ')} changed`, isBad: false });
  };
  const stop = watchConfig(first.file, () => void look());
  return { current: () => config, stop };
}

function isSame(a: Config, b: Config): boolean {
  return (
    a.source === b.source && a.problems.map(one => one.text).join() === b.problems.map(one => one.text).join()
  );
}

/** Names of the fields that differ, at most six. */
function changes(before: Settings, after: Settings): readonly Safe[] {
  const flat = ({ context, screen, notify, retention }: Settings): Readonly<Record<string, unknown>> => ({
    ...context,
    ...screen,
    notify,
    retention,
  });
  const [old, now] = [flat(before), flat(after)];
  const names = Object.keys(now).filter(name => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  const shown = names.slice(0, 6).map(name => field(name === 'armForMs' ? 'unlockFor' : name));
  return names.length > 6 ? [...shown, say`${names.length - 6} more`] : shown;
}
