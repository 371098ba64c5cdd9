import type { Config } from './load.ts';
import { resolveSettings } from './resolve.ts';

/** No configuration at all: the defaults. Apart from the reader, so that whoever has none pays nothing for it. */
export function emptyConfig(file: string): Config {
  const parsed = { part: {}, isUncertain: false, keys: {}, problems: [] };
  return {
    file,
    isThere: false,
    source: null,
    isUnread: false,
    problems: [],
    settingsFor: context => resolveSettings(parsed, context),
  };
}
