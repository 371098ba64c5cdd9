import type { Snapshot } from '../cluster/snapshot.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { compare, finding } from './judgement.ts';
import type { Finding } from './layer.ts';
import { memo } from './memo.ts';
import type { NodeState } from './node-state.ts';

/** A kubelet may be so many minor versions older than its API server, and never newer. */
const OLDER = 3;

/** Notes on kubelets whose version does not fit the API server's, or that differ among each other. */
export function versionSkew(snapshot: Snapshot, states: readonly NodeState[]): readonly Finding[] {
  const versions = byVersion(states);
  const server = minor(snapshot.api.version);
  const unfit = [...versions].filter(([version]) => {
    const own = minor(version);
    return server !== null && own !== null && (own > server || server - own > OLDER);
  });
  if (unfit.length > 0 && snapshot.api.version !== null) {
    const list = join(
      unfit.map(([version, nodes]) => say`${version as Safe} (${nodes.length})`),
      ', ',
    );
    return [
      finding({
        problem: 'drift',
        severity: 'note',
        message: say`kubelets ${list} do not fit the API server ${snapshot.api.version}: at most ${OLDER} minor versions older, never newer`,
        nodes: unfit.flatMap(([, nodes]) => nodes).sort(compare),
      }),
    ];
  }
  if (new Set([...versions.keys()].map(minor)).size < 2) return [];
  const list = join(
    [...versions].map(([version, nodes]) => say`${version as Safe} (${nodes.length})`),
    ', ',
  );
  return [finding({ problem: 'drift', severity: 'note', message: say`kubelets differ: ${list}` })];
}

/** Names of the nodes by kubelet version, oldest version first. */
const byVersion = memo((states: readonly NodeState[]): ReadonlyMap<string, readonly Safe[]> => {
  const groups = Map.groupBy(states, ({ node }) => node.status?.nodeInfo?.kubeletVersion ?? '');
  const sorted = [...groups]
    .filter(([version]) => version !== '')
    .sort(([a], [b]) => (minor(a) ?? 0) - (minor(b) ?? 0) || compare(a, b));
  return new Map(sorted.map(([version, found]) => [version, found.map(one => one.name)]));
});

function minor(version: string | null): number | null {
  const found = /^v?1\.(\d{1,4})\b/.exec(version ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
