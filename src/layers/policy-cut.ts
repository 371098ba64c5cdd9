import { kinds } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { streams } from '../cluster/streams.ts';
import { matchCondition } from '../signatures/texts.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { compare, finding, ref } from './judgement.ts';
import type { Finding, Judgement, LayerId } from './layer.ts';

/** What Flux brings along for itself; it lets its own traffic through. */
const own = ['allow-egress', 'allow-scraping', 'allow-webhooks'];
/** Where policies that reach Flux are written down: those of Kubernetes, and those that Cilium knows besides. */
const written = ['networkpolicies-flux', 'ciliumpolicies-flux', 'ciliumpolicies-everywhere'] as const;
/** Lookups and artifact requests that get no answer: what a policy that drops packets looks like. */
const cut = ['S45', 'S46', 'S55'];
/** Layers that must be well for the suspicion to fall on a policy. */
const ground: readonly LayerId[] = ['nodes', 'cni', 'dns', 'service-discovery'];

/**
 * Everything works, and yet the controllers of Flux get no answers: then a network policy in their namespace is to blame.
 * Concluded from the symptoms, so it is charged to pod networking rather than seen there. Null without such a policy.
 */
export function policyCut(snapshot: Snapshot, judged: ReadonlyMap<LayerId, Judgement>): Finding | null {
  if (judged.get('flux')?.verdict !== 'healthy') return null;
  if (ground.some(layer => judged.get(layer)?.verdict !== 'healthy')) return null;
  const network = judged.get('pod-network')?.verdict;
  if (network !== 'healthy' && network !== 'unknown') return null;
  const complaint = firstComplaint(snapshot);
  const policy = complaint === null ? null : suspect(snapshot, complaint.since);
  if (complaint === null || policy === null) return null;
  const { creationTimestamp } = policy.metadata;
  const where =
    policy.metadata.namespace === undefined ? say`holds in every namespace` : say`stands in its namespace`;
  const when =
    creationTimestamp === undefined ? say`` : say`, made ${calmAge(snapshot.now - creationTimestamp)} ago,`;
  return finding({
    problem: 'policy-blocks',
    severity: 'critical',
    object: ref(policy.kind, policy.metadata),
    message: say`keeps Flux from its network: every layer below works, this policy${when} ${where}, and only lookups of Flux fail (${complaint.text})`,
    signature: complaint.signature,
    since: complaint.since,
    chargedTo: 'pod-network',
  });
}

interface Complaint {
  readonly text: Safe;
  readonly signature: string;
  readonly since: number | null;
}

function firstComplaint(snapshot: Snapshot): Complaint | null {
  const { kustomizations, helmreleases, gitrepositories, ocirepositories, helmrepositories } =
    snapshot.streams;
  const all = [kustomizations, helmreleases, gitrepositories, ocirepositories, helmrepositories];
  const found = all.flatMap(({ items }) =>
    [...items.values()].flatMap(({ status }) => {
      const ready = status?.conditions?.find(c => c.type === 'Ready');
      if (ready?.status !== 'False' || ready.message === undefined) return [];
      const known = matchCondition(ready).find(one => cut.includes(one.id));
      if (known === undefined || /connection refused/.test(ready.message)) return [];
      return [{ text: ready.message, signature: known.id, since: ready.lastTransitionTime ?? null }];
    }),
  );
  const order = (one: Complaint) => one.since ?? Number.POSITIVE_INFINITY;
  return found.toSorted((a, b) => order(a) - order(b) || compare(a.text, b.text))[0] ?? null;
}

/** The youngest foreign policy that was there when it began. */
function suspect(snapshot: Snapshot, since: number | null) {
  const created = (one: { metadata: { creationTimestamp?: number } }) => one.metadata.creationTimestamp ?? 0;
  const foreign = written
    .flatMap(id =>
      [...snapshot.streams[id].items.values()].map(({ metadata }) => ({
        kind: kinds[streams[id].kind].kind,
        metadata,
      })),
    )
    .filter(
      ({ metadata }) =>
        !own.includes(metadata.name) && metadata.labels?.['app.kubernetes.io/part-of'] !== 'flux',
    );
  const before = foreign.filter(one => since === null || created(one) <= since + 60_000);
  const name = ({ kind, metadata }: (typeof foreign)[number]) => `${metadata.name} ${kind}`;
  return before.toSorted((a, b) => created(b) - created(a) || compare(name(a), name(b)))[0] ?? null;
}
