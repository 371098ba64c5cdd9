import type { Settings } from '../config/settings.ts';
import { withoutCredentials } from '../kube/api-state.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { type AppState, initialState, type Mode } from '../store/app-state.ts';
import type { Taste } from '../store/taste.ts';
import { field } from '../text/field.ts';
import { identifier } from '../text/look-alike.ts';
import { version } from './version.ts';

export interface Given {
  readonly 'allow-actions'?: boolean;
  readonly 'no-clock'?: boolean;
}

/** What the screen shows before the first answer of a cluster. */
export function firstState(resolved: ResolvedKubeconfig, given: Given, settings: Settings): AppState {
  const { protected: isProtected, readOnly, armForMs } = settings.context;
  const mode: Mode = {
    badge: null,
    readOnly,
    context: identifier(resolved.context),
    server: field(withoutCredentials(resolved.cluster.server)),
    contexts: resolved.contexts.map(entry => identifier(entry.name)),
    faults: [],
    version: field(version),
    clock: given['no-clock'] !== true && settings.screen.clock,
    taste: tasteOf(settings),
  };
  const isArmed = given['allow-actions'] === true && !isProtected && !readOnly;
  return initialState(mode, {
    protectedContext: isProtected,
    armForMs,
    armedUntil: isArmed ? Date.now() + armForMs : null,
  });
}

/** The state with other settings and nothing else changed. A lock that may not be open any more closes. */
export function withSettings(state: AppState, given: Given, settings: Settings): AppState {
  const { protected: isProtected, readOnly, armForMs } = settings.context;
  const mustClose = readOnly || (isProtected && !state.lock.protectedContext);
  return {
    ...state,
    mode: {
      ...state.mode,
      readOnly,
      clock: given['no-clock'] !== true && settings.screen.clock,
      taste: tasteOf(settings),
    },
    lock: {
      armForMs,
      protectedContext: isProtected,
      armedUntil: mustClose ? null : state.lock.armedUntil,
    },
  };
}

export function tasteOf({ screen: { theme, ascii, reducedMotion, keys } }: Settings): Taste {
  return { theme, ascii, still: reducedMotion, keys };
}
