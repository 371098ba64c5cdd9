import { stringify } from 'yaml';
import type { ContextSettings } from './context-settings.ts';
import { windowText } from './context-shape.ts';
import type { Settings } from './settings.ts';
import { spanText } from './values.ts';

const MASK = '***';

/** The settings of one context as a configuration that says the same, with everything written out and secrets masked. */
export function settingsText({ context, screen, notify, retention }: Settings): string {
  const { keys, ...look } = screen;
  return stringify(
    {
      ...look,
      ...(Object.keys(keys).length === 0
        ? {}
        : { keys: mapValues(keys, all => all.map(key => (key === ' ' ? 'space' : key))) }),
      notify: {
        webhook: masked(notify.webhook),
        command: notify.command?.map(maskedArgument) ?? null,
        heartbeat: masked(notify.heartbeat),
        heartbeatEvery: spanText(notify.heartbeatMs),
        debounce: spanText(notify.debounceMs),
      },
      retention: {
        runs: retention.runs,
        logs: spanText(retention.logsMs),
        history: spanText(retention.historyMs),
      },
      contexts: { [context.name]: contextOf(context) },
    },
    { lineWidth: 0 },
  );
}

function contextOf(context: ContextSettings): Readonly<Record<string, unknown>> {
  const { name: _, armForMs, criticalServices, actions, heal, probe, env, flux, ...rest } = context;
  return {
    ...rest,
    flux: flux === null ? null : { namespace: flux.namespace },
    unlockFor: spanText(armForMs),
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        /token|secret|passw|api_?key/i.test(name) ? MASK : value,
      ]),
    ),
    criticalServices: criticalServices.map(({ namespace, name }) => `${namespace}/${name}`),
    actions: actions.map(({ argv, timeoutMs, params, ...one }) => ({
      ...one,
      run: argv,
      timeout: spanText(timeoutMs),
      params: params.map(({ name, choices, otherwise }) => ({ name, choices, default: otherwise })),
    })),
    heal: {
      actions: heal.actions,
      notBetween: heal.notBetween.map(windowText),
      countdown: spanText(heal.countdownMs),
    },
    probe: {
      image: probe.image,
      every: probe.everyMs === null ? null : spanText(probe.everyMs),
      external: probe.external,
      exec: probe.exec,
    },
  };
}

/** Webhooks carry their secret in path or query: only the host is shown. */
function masked(address: string | null): string | null {
  if (address === null) return null;
  const { origin, pathname, search } = new URL(address);
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/${MASK}`;
}

function maskedArgument(argument: string): string {
  return argument.replace(/(https:\/\/[^/\s]+)\/\S+/g, `$1/${MASK}`);
}

function mapValues<T, U>(all: Readonly<Record<string, T>>, to: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, to(value)]));
}
