import type { Source } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';
import { faultOf } from './apps-fault.ts';
import { keyOf, type Need, type SourceItem, type SourceKind, type Standing } from './apps-model.ts';
import { ref } from './judgement.ts';
import { memoOn } from './memo.ts';

/** The streams of the kinds of source. */
export const sourceStreams = {
  GitRepository: 'gitrepositories',
  OCIRepository: 'ocirepositories',
  HelmRepository: 'helmrepositories',
  HelmChart: 'helmcharts',
  Bucket: 'buckets',
} as const satisfies Readonly<Record<SourceKind, StreamId>>;

/** All sources by key. Helm repositories of type `oci` are mere addresses without a status, and are left out. */
export const sourceItems: (snapshot: Snapshot) => ReadonlyMap<string, SourceItem> = memoOn(
  ({ streams }) => [
    streams.gitrepositories.items,
    streams.ocirepositories.items,
    streams.helmrepositories.items,
    streams.helmcharts.items,
    streams.buckets.items,
  ],
  snapshot => {
    const items = new Map<string, SourceItem>();
    for (const [kind, stream] of Object.entries(sourceStreams)) {
      for (const object of snapshot.streams[stream].items.values()) {
        if (kind === 'HelmRepository' && object.spec?.type === 'oci') continue;
        const key = keyOf(kind, object.metadata.namespace, object.metadata.name);
        items.set(key, {
          key,
          ref: ref(kind, object.metadata),
          object,
          needs: upstream(object),
          standing: standing(object),
        });
      }
    }
    return items;
  },
);

/** A HelmChart is fetched from another source. */
function upstream(object: Source): readonly Need[] {
  const from = object.spec?.sourceRef;
  if (from?.kind === undefined || from.name === undefined) return [];
  return [{ key: keyOf(from.kind, object.metadata.namespace, from.name), as: 'source' }];
}

function standing(object: Source): Standing {
  if (object.spec?.suspend === true) return { state: 'suspended' };
  const conditions = object.status?.conditions ?? [];
  const ready = conditions.find(c => c.type === 'Ready');
  const stalled = conditions.find(c => c.type === 'Stalled' && c.status === 'True');
  const failed = ready?.status === 'False' ? ready : stalled;
  if (failed !== undefined) {
    return { state: 'failing', fault: { ...faultOf(failed, 'source-failed'), problem: 'source-failed' } };
  }
  return { state: ready?.status === 'True' ? 'ready' : 'progressing' };
}
