import type { Snapshot } from '../cluster/snapshot.ts';
import type { LayerId } from '../layers/layer.ts';
import { probeReport } from '../layers/probed.ts';

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
      return newest([
        ...[...snapshot.pods.byNode.values()].map(pods => pods.newestReadyStart),
        ...probeProofs(snapshot, layer),
      ]);
    case 'dns':
    case 'service-discovery':
      return newest(probeProofs(snapshot, layer));
    case 'flux':
      return newest([...streams['flux-leases'].items.values()].map(lease => lease.spec?.renewTime));
    case 'apps':
      return oldest(
        [...streams.kustomizations.items.values(), ...streams.helmreleases.items.values()].flatMap(app =>
          app.spec?.suspend === true ? [] : [app.metadata.statusWrittenAt ?? null],
        ),
      );
    default:
      return null;
  }
}

function probeProofs(snapshot: Snapshot, layer: LayerId): readonly number[] {
  return probeReport(snapshot).evidence.flatMap(one => (one.layer === layer && one.works ? [one.at] : []));
}

/** What one application proved says nothing about the others: the claim is as old as the oldest. Null when one never proved anything. */
function oldest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>(
    (worst, time, at) => (time === null || (at > 0 && worst === null) ? null : Math.min(worst ?? time, time)),
    null,
  );
}

function newest(times: readonly (number | null | undefined)[]): number | null {
  return times.reduce<number | null>(
    (best, time) => (time == null || (best !== null && best >= time) ? best : time),
    null,
  );
}
