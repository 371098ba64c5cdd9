import type { Snapshot } from '../cluster/snapshot.ts';
import type { LayerId } from '../layers/layer.ts';

/**
 * When a layer last did something that only a working layer can do (epoch ms): a pod got its network, a controller of Flux
 * renewed its lease or wrote a status. Null where nothing leaves such a trace: a status that says Ready is not proof.
 */
export function lastProof(snapshot: Snapshot, layer: LayerId): number | null {
  const { streams } = snapshot;
  switch (layer) {
    case 'nodes':
      return newest([...streams['node-leases'].items.values()].map(lease => lease.spec?.renewTime));
    case 'pod-network':
      return newest([...snapshot.pods.byNode.values()].map(pods => pods.newestReadyStart));
    case 'flux':
      return newest([...streams['flux-leases'].items.values()].map(lease => lease.spec?.renewTime));
    case 'apps':
      return newest(
        [...streams.kustomizations.items.values(), ...streams.helmreleases.items.values()].map(
          app => app.metadata.statusWrittenAt,
        ),
      );
    default:
      return null;
  }
}

function newest(times: readonly (number | null | undefined)[]): number | null {
  return times.reduce<number | null>(
    (best, time) => (time == null || (best !== null && best >= time) ? best : time),
    null,
  );
}
