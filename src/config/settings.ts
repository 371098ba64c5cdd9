import type { Safe } from '../text/safe.ts';
import type { ContextSettings } from './context-settings.ts';

export type ThemeName = 'default' | 'mono' | 'high-contrast' | 'light';

/** How the monitor looks, and which keys it obeys. */
export interface ScreenSettings {
  readonly theme: ThemeName;
  /** Printable ASCII only. */
  readonly ascii: boolean;
  /** False: ages do not tick, and a quiet screen writes nothing at all. */
  readonly clock: boolean;
  /** No spinner: what is under way says so in words. */
  readonly reducedMotion: boolean;
  /** Lines of text instead of a screen, for screen readers; no keys. */
  readonly plain: boolean;
  /** By the id of a binding (`fix`, `why`), the keys that do it instead of its own. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** Whom to tell when the verdict or the root changes. */
export interface NotifySettings {
  /** https only; it may hold a token, so it is masked wherever it is shown. */
  readonly webhook: string | null;
  /** Run as it is, without a shell; null when nothing is run. See `placeholders` for what may stand in braces. */
  readonly command: readonly string[] | null;
  /** https only; asked at every `heartbeatMs` while groundup watches, so that its silence is noticed. */
  readonly heartbeat: string | null;
  readonly heartbeatMs: number;
  /** A change must have lasted this long before anybody is told. */
  readonly debounceMs: number;
}

/** How long what is written down is kept. */
export interface RetentionSettings {
  /** Runs, newest first. */
  readonly runs: number;
  /** The raw output of runs. */
  readonly logsMs: number;
  /** Recordings and the history of verdicts. */
  readonly historyMs: number;
}

/** Everything that may be configured, as it holds for one context. */
export interface Settings {
  readonly context: ContextSettings;
  readonly screen: ScreenSettings;
  readonly notify: NotifySettings;
  readonly retention: RetentionSettings;
}

/** Something wrong in the configuration: what, where, and the cure, in one sentence. What it is about keeps its default. */
export interface ConfigProblem {
  /** 1-based; null when it is about the file as a whole. */
  readonly line: number | null;
  readonly column: number | null;
  /** `contexts.homelab.probe.image`; '' when it is about the file as a whole. */
  readonly field: string;
  /** One sentence with line and field in front; the file is said by who prints it. */
  readonly text: Safe;
}
