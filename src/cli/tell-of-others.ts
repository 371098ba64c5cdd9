import type { NotifySettings } from '../config/settings.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { secretsOf } from '../runs/secrets.ts';
import type { Model } from '../store/app-state.ts';
import { identifier } from '../text/look-alike.ts';
import { say } from '../text/safe.ts';
import type { Sight } from './light-looks.ts';
import { type Telling, type TellingOptions, tellOfChanges } from './telling.ts';

export interface OthersOptions
  extends Pick<TellingOptions, 'stateDir' | 'env' | 'send' | 'now' | 'complain'> {
  /** Whom to tell, as the configuration says now. */
  readonly settings: () => NotifySettings;
}

interface Teller {
  readonly telling: Telling;
  /** What was seen last. */
  model: Model;
}

/** Tells of changes in the clusters of the strip that are not on the screen. */
export interface OthersTold {
  /** One light look at a cluster. */
  readonly seen: (resolved: ResolvedKubeconfig, sight: Sight) => Promise<void>;
  /** From now on the watch of this cluster tells of it. */
  readonly leave: (context: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Each light look counts as one look of `check --notify`, with the same memory, so that a change is told once whoever saw
 * it. A look that could not judge is no news: it may only have been too short. The sign of life comes from the watch.
 */
export function tellOfOthers(options: OthersOptions): OthersTold {
  const tellers = new Map<string, Teller>();
  const settings = (): NotifySettings => ({ ...options.settings(), heartbeat: null });
  const teller = (resolved: ResolvedKubeconfig, model: Model): Teller => {
    const made: Teller = {
      model,
      telling: tellOfChanges({
        ...options,
        context: resolved.context,
        settings: settings(),
        model: () => made.model,
        secrets: () => secretsOf(freezeKubeconfig(resolved)),
        complain: text => options.complain(say`${identifier(resolved.context)}: ${text}`),
        isLookedAtElsewhere: true,
      }),
    };
    return made;
  };
  const leave = async (context: string): Promise<void> => {
    const known = tellers.get(context);
    tellers.delete(context);
    await known?.telling.close();
  };
  return {
    seen: async (resolved, { snapshot, diagnosis }) => {
      if (diagnosis.verdict === 'unknown') return;
      const { context } = resolved;
      const model: Model = { snapshot, diagnosis, remedies: {}, fix: null };
      const known = tellers.get(context) ?? teller(resolved, model);
      known.model = model;
      tellers.set(context, known);
      known.telling.configure(settings());
      await known.telling.look();
    },
    leave,
    close: async () => {
      await Promise.all([...tellers.keys()].map(leave));
    },
  };
}
