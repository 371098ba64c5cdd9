import { list, shape, text } from '../cluster/shape.ts';
import { slots } from '../kube/abort.ts';
import type { Asking } from './probe-options.ts';

export interface ChosenImage {
  readonly image: string;
  /** Nodes that have it already. */
  readonly present: ReadonlySet<string>;
}

const FALLBACK = 'docker.io/library/busybox:1.36';
/** Images that are known to carry busybox, best first. */
const KNOWN = [
  /(?:^|\/)busybox[:@]/,
  /(?:^|\/)alpine[:@]/,
  /^ghcr\.io\/fluxcd\/[a-z-]+-controller[:@]/,
] as const;
const DISTROLESS = /distroless/;
const readImages = shape({ status: shape({ images: list(shape({ names: list(text) })) }) });

/**
 * The image of the probe pod: the wanted one, else one with busybox that all nodes have already (no registry is needed
 * then), else busybox itself. A kubelet reports at most fifty of its images, so one may be there unseen.
 */
export async function chooseImage(
  { api, signal, limits }: Asking,
  nodes: readonly string[],
  wanted: string | undefined,
): Promise<ChosenImage> {
  const slot = slots(5);
  const byNode = new Map<string, ReadonlySet<string>>();
  await Promise.all(
    nodes.map(node =>
      slot(async () => {
        const path = `/api/v1/nodes/${node}`;
        const answer = await api.request('GET', path, { deadlineMs: limits.request, signal });
        const images = answer.ok ? readImages(answer.json)?.status?.images : undefined;
        byNode.set(node, new Set((images ?? []).flatMap(({ names }) => names ?? [])));
      }),
    ),
  );
  const image = wanted ?? commonImage([...byNode.values()]) ?? FALLBACK;
  return {
    image,
    present: new Set([...byNode].flatMap(([node, names]) => (names.has(image) ? [node] : []))),
  };
}

/** The best known image that every node has; the same whatever the order they report in. */
export function commonImage(nodes: readonly ReadonlySet<string>[]): string | null {
  const [first, ...rest] = nodes;
  const common = [...(first ?? [])].filter(name => rest.every(names => names.has(name))).sort();
  for (const pattern of KNOWN) {
    const found = common.filter(name => pattern.test(name) && !DISTROLESS.test(name));
    const chosen = found.find(name => !name.includes('@')) ?? found[0];
    if (chosen !== undefined) return chosen;
  }
  return null;
}
