import { unwatchFile, watchFile } from 'node:fs';
import { delimiter } from 'node:path';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { say } from '../text/safe.ts';

const LOOK_MS = 2_000;

/**
 * Says so when the kubeconfig on disk no longer leads where this watch looks. The watch itself goes on with what was read
 * first: nobody shall find themselves on another cluster because of what happened in another shell. Returns the end.
 */
export function noticeKubeconfig(
  store: AppStore,
  resolved: ResolvedKubeconfig,
  everyMs = LOOK_MS,
): () => void {
  const { files, context } = resolved;
  const first = freezeKubeconfig(resolved);
  let told = first;
  const look = (): void => {
    const read = loadKubeconfig({ env: { KUBECONFIG: files.join(delimiter) }, context });
    const now = read.ok ? freezeKubeconfig(read.value) : '';
    if (now === told) return;
    told = now;
    if (now === first) return;
    const text = say`the kubeconfig was changed: this watch and its actions go on with what was read first, restart to follow`;
    store.setState(state => tell(state, text, Date.now(), 'bad'));
  };
  for (const file of files) watchFile(file, { interval: everyMs, persistent: false }, look);
  return () => {
    for (const file of files) unwatchFile(file, look);
  };
}
