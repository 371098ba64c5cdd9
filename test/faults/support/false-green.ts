import { kinds } from '../../../src/cluster/kinds.ts';
import type { StreamId } from '../../../src/cluster/streams.ts';
import { type StreamPlan, streams } from '../../../src/cluster/streams.ts';
import { resourcePath } from '../../../src/kube/resource-path.ts';
import { type GroundTruth, streamKey } from './ground-truth.ts';
import { limits } from './settings.ts';

/** What each layer cannot be called healthy without, by its number on the screen. Not taken from the rules: they are on trial. */
const restsOn: readonly (readonly StreamId[])[] = [
  ['system-leases'],
  ['nodes', 'node-leases'],
  ['daemonsets', 'nodes'],
  ['nodes'],
  ['deployments-system', 'pods-system'],
  ['services-system', 'slices-system'],
  ['deployments-flux', 'pods-flux'],
  ['kustomizations', 'helmreleases'],
];

const keys: ReadonlyMap<StreamId, string> = new Map(restsOn.flat().map(id => [id, keyOf(id)]));

/** The table of all pods is asked for, not watched: it has a time of its own. */
const PODS = '/api/v1/pods?&';

function keyOf(id: StreamId): string {
  const plan: StreamPlan = streams[id];
  const kind = kinds[plan.kind];
  const { path, query } = resourcePath(kind, kind.version, plan, 'flux-system');
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
  return streamKey({ path, query: text });
}

/** The rows of the layers, as `1 Nodes  ● healthy  3 Ready`. */
export function layerRows(frame: string): readonly { readonly key: number; readonly text: string }[] {
  return frame.split('\n').flatMap(line => {
    const found = /^[▌ ](\d) \S.{16} (.*)$/u.exec(line);
    return found === null ? [] : [{ key: Number(found[1]), text: found[2] ?? '' }];
  });
}

export function isGreen(text: string): boolean {
  return text.startsWith('●');
}

/** How long the screen may lag behind the truth: news are handed on four times a second, and the machine may be busy. */
export const SCREEN_LAG = 2_500;

/** Everything that this frame claims and nobody has confirmed within its limit, at the moment `at` (monotonic). */
export function falseGreens(frame: string, truth: GroundTruth, at: number): readonly string[] {
  const found: string[] = [];
  const reply = truth.lastReply();
  const silent = reply === null ? Number.POSITIVE_INFINITY : at - reply;
  const reach = limits.heartbeat + 2 * limits.heartbeatDeadline + limits.connect + SCREEN_LAG;
  for (const { key, text } of layerRows(frame)) {
    if (!isGreen(text)) continue;
    if (silent > reach) found.push(`${key} ${text}: nothing was heard for ${Math.round(silent)} ms`);
    const table = truth.lastProof(PODS);
    const limit = limits.tableEvery + limits.page + SCREEN_LAG;
    if (key === 3 && (table === null || at - table > limit)) found.push(`${key} ${text}: pods not counted`);
    for (const id of restsOn[key] ?? []) {
      const proof = truth.lastProof(keys.get(id) ?? '');
      const age = proof === null ? Number.POSITIVE_INFINITY : at - proof;
      if (age > limits.silence + SCREEN_LAG)
        found.push(`${key} ${text}: no proof of ${id} for ${Math.round(age)} ms`);
    }
  }
  if (silent > 15_000 + SCREEN_LAG && / live {2}/.test(frame.split('\n')[0] ?? ''))
    found.push(`says live, and nothing was heard for ${Math.round(silent)} ms`);
  return found;
}
