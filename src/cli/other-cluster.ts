import { clusterUid } from '../cluster/snapshot.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { say } from '../text/safe.ts';
import type { Session } from './session.ts';

/**
 * An address may come to lead to another cluster: one rebuilt in place, a VPN, a virtual IP. What is shown from then on is
 * of that one, so it is said, and the lock closes: nobody shall change a cluster that they did not choose.
 */
export function noticeOtherCluster(
  store: AppStore,
  { cluster, onChange }: Pick<Session, 'cluster' | 'onChange'>,
): () => void {
  let known: string | null = null;
  return onChange(() => {
    // Not by the diagnosis: to judge again for each change of a flood would keep a core busy.
    const uid = clusterUid(cluster.snapshot());
    if (uid === null || uid === known) return;
    const isOther = known !== null;
    known = uid;
    if (!isOther) return;
    const text = say`another cluster answers at this address now: plans made before are void, the lock is closed`;
    store.setState(state => ({
      ...tell(state, text, Date.now(), 'bad'),
      lock: { ...state.lock, armedUntil: null },
      dialog: null,
    }));
  });
}
