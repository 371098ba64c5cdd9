import type { ContextSettings } from './context-settings.ts';
import type { NotifySettings, RetentionSettings, ScreenSettings, Settings } from './settings.ts';

/** Contexts that are protected unless the configuration says otherwise. */
export const defaultProtected: readonly string[] = ['*prod*'];

const screen: ScreenSettings = {
  theme: 'default',
  ascii: false,
  clock: true,
  reducedMotion: false,
  plain: false,
  keys: {},
};

const notify: NotifySettings = {
  webhook: null,
  command: null,
  heartbeat: null,
  heartbeatMs: 60_000,
  debounceMs: 30_000,
};

const retention: RetentionSettings = { runs: 100, logsMs: 7 * 86_400_000, historyMs: 7 * 86_400_000 };

const context: Omit<ContextSettings, 'name'> = {
  protected: false,
  readOnly: false,
  armForMs: 600_000,
  drill: false,
  repository: null,
  helmfile: null,
  env: {},
  cni: null,
  dns: null,
  flux: null,
  criticalServices: [],
  actions: [],
  heal: { actions: [], notBetween: [], countdownMs: 30_000 },
  probe: { image: null, everyMs: null, external: null, exec: false },
};

/** What holds without a configuration. `protected` is left to who knows the patterns. */
export const defaultSettings: Omit<Settings, 'context'> & {
  readonly context: Omit<ContextSettings, 'name'>;
} = { context, screen, notify, retention };
