import { field } from '../text/field.ts';
import { skeleton } from '../text/look-alike.ts';
import type { ContextSettings, CustomAction } from './context-settings.ts';
import type { ActionPart, ContextPart } from './context-shape.ts';
import { defaultProtected, defaultSettings } from './default-settings.ts';
import { fitsPattern, isPattern } from './glob.ts';
import type { Parsed } from './parse.ts';
import type { NotifySettings, RetentionSettings, ScreenSettings, Settings } from './settings.ts';

/** What a configuration means for one context: `defaults`, then the patterns that fit in their order, then the exact name. */
export function resolveSettings({ part, isUncertain, keys }: Parsed, context: string): Settings {
  const fitting = Object.entries(part.contexts ?? {}).filter(([pattern]) => fitsPattern(context, pattern));
  const parts = [
    part.defaults ?? {},
    ...fitting.filter(([pattern]) => isPattern(pattern)).map(([, one]) => one),
    ...fitting.filter(([pattern]) => !isPattern(pattern)).map(([, one]) => one),
  ];
  // A name that only looks like a protected one counts as well.
  const names = [context, skeleton(context)];
  const isListed = (part.protected ?? defaultProtected).some(pattern =>
    names.some(name => fitsPattern(name, pattern, 'anyCase')),
  );
  return {
    context: contextOf(context, parts, isListed, isUncertain),
    screen: screenOf(part, keys),
    notify: notifyOf(part),
    retention: retentionOf(part),
  };
}

function contextOf(
  name: string,
  parts: readonly ContextPart[],
  isListed: boolean,
  isUncertain: boolean,
): ContextSettings {
  const { context: otherwise } = defaultSettings;
  const last = <K extends keyof ContextPart>(key: K): ContextPart[K] | undefined =>
    parts.findLast(one => one[key] !== undefined)?.[key];
  const heal: NonNullable<ContextPart['heal']> = Object.assign({}, ...parts.map(one => one.heal));
  const probe: NonNullable<ContextPart['probe']> = Object.assign({}, ...parts.map(one => one.probe));
  const actions = new Map(parts.flatMap(one => one.actions ?? []).map(one => [one.id, actionOf(one)]));
  return {
    name,
    protected: isUncertain || (last('protected') ?? isListed),
    readOnly: last('readOnly') ?? otherwise.readOnly,
    armForMs: last('unlockFor') ?? otherwise.armForMs,
    drill: last('drill') ?? otherwise.drill,
    repository: last('repository') ?? null,
    helmfile: last('helmfile') ?? null,
    env: Object.assign({}, ...parts.map(one => one.env)),
    cni: last('cni') ?? null,
    dns: last('dns') ?? null,
    flux: (last('flux') as ContextSettings['flux'] | undefined) ?? null,
    criticalServices: last('criticalServices') ?? [],
    actions: [...actions.values()],
    heal: {
      actions: heal.actions ?? [],
      notBetween: heal.notBetween ?? [],
      countdownMs: heal.countdown ?? otherwise.heal.countdownMs,
    },
    probe: {
      image: probe.image ?? null,
      everyMs: probe.every ?? null,
      external: probe.external ?? null,
      exec: probe.exec ?? otherwise.probe.exec,
    },
  };
}

function actionOf(part: ActionPart): CustomAction {
  const danger = (part.danger ?? 4) as CustomAction['danger'];
  return {
    id: part.id ?? '',
    title: field(part.title ?? ''),
    argv: part.run ?? [],
    layer: part.layer ?? 'apps',
    danger,
    timeoutMs: part.timeout ?? 300_000,
    confirm: danger >= 3 ? 'word' : (part.confirm ?? 'key'),
    params: (part.params ?? []).map(({ name = '', choices, default: otherwise }) => ({
      name,
      choices: choices ?? null,
      otherwise: otherwise ?? null,
    })),
  };
}

function screenOf(part: Parsed['part'], keys: Parsed['keys']): ScreenSettings {
  const { screen } = defaultSettings;
  return {
    theme: part.theme ?? screen.theme,
    ascii: part.ascii ?? screen.ascii,
    clock: part.clock ?? screen.clock,
    reducedMotion: part.reducedMotion ?? screen.reducedMotion,
    plain: part.plain ?? screen.plain,
    keys,
  };
}

function notifyOf({ notify = {} }: Parsed['part']): NotifySettings {
  const { notify: otherwise } = defaultSettings;
  const command = notify.command ?? [];
  return {
    webhook: notify.webhook ?? null,
    command: command.length === 0 ? null : command,
    heartbeat: notify.heartbeat ?? null,
    heartbeatMs: notify.heartbeatEvery ?? otherwise.heartbeatMs,
    debounceMs: notify.debounce ?? otherwise.debounceMs,
  };
}

function retentionOf({ retention = {} }: Parsed['part']): RetentionSettings {
  const { retention: otherwise } = defaultSettings;
  return {
    runs: retention.runs ?? otherwise.runs,
    logsMs: retention.logs ?? otherwise.logsMs,
    historyMs: retention.history ?? otherwise.historyMs,
  };
}
