import type { NotifySettings } from '../config/settings.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { type LightLooks, lightLooks } from './light-looks.ts';
import { namespaceNarrower } from './narrow-namespace.ts';
import { stateFolder } from './state-folder.ts';
import { tellOfOthers } from './tell-of-others.ts';

export interface StripOptions {
  readonly clusters: readonly ResolvedKubeconfig[];
  readonly namespace: string | undefined;
  /** Whom to tell, as the configuration says now. */
  readonly notify: () => NotifySettings;
}

export interface StripLooks extends LightLooks {
  /** From now on this cluster has a watch of its own, which tells of it. */
  readonly enter: (context: string) => void;
}

/** Keeps the strip up to date by light looks, and tells of what they see change where the configuration names somebody to tell. */
export function stripLooks(store: AppStore, { clusters, namespace, notify }: StripOptions): StripLooks {
  const others = tellOfOthers({
    settings: notify,
    stateDir: stateFolder(process.env),
    env: process.env,
    complain: text => store.setState(state => tell(state, text, Date.now(), 'bad')),
  });
  const looks = lightLooks({
    clusters,
    shown: () => store.getState().mode.context,
    narrow: namespaceNarrower(namespace),
    onChange: cells => store.setState({ clusters: cells }),
    // Of a part of a cluster nobody is told, as in the watch.
    ...(namespace === undefined ? { onSeen: (of, sight) => void others.seen(of, sight) } : {}),
  });
  store.setState({ clusters: looks.cells() });
  return {
    ...looks,
    enter: context => void others.leave(context),
    stop: async () => {
      await looks.stop();
      await others.close();
    },
  };
}
