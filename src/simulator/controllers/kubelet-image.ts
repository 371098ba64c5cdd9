import type { Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import type { Run } from './kubelet-pod.ts';
import { containersWaiting } from './kubelet-status.ts';
import type { Life } from './switches.ts';

const PULL_MS = 3_000;
const LONGEST_BACKOFF_MS = 300_000;

/** Pulls the image of a pod through the node's own resolver: cluster DNS does not matter here, the registry does. */
export function pullImage(life: Life, pod: Stored, run: Run): number {
  const { image } = pod.spec.containers[0];
  const about = { component: 'kubelet', host: pod.spec.nodeName };
  if (present(life, pod)) {
    run.pulled = true;
    recordEvent(life, pod, {
      reason: 'Pulled',
      message: `Container image "${image}" already present on machine`,
      ...about,
    });
    return 200;
  }
  if (!life.switches.missingImages.has(image)) {
    recordEvent(life, pod, { reason: 'Pulling', message: `Pulling image "${image}"`, ...about });
    for (const one of pod.spec.containers) remember(life, pod.spec.nodeName, one.image);
    return PULL_MS;
  }
  const backoff = Math.min(LONGEST_BACKOFF_MS, 10_000 * 2 ** run.pullFailures);
  run.pullFailures += 1;
  const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  const message = `Failed to pull image "${image}": rpc error: code = NotFound desc = ${why}`;
  recordEvent(life, pod, { type: 'Warning', reason: 'Failed', message, ...about });
  if (run.pullFailures === 1) {
    containersWaiting(life, pod, {
      reason: 'ErrImagePull',
      message: `rpc error: code = NotFound desc = ${why}`,
    });
    return backoff;
  }
  containersWaiting(life, pod, {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: ${why}`,
  });
  recordEvent(life, pod, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff', ...about });
  recordEvent(life, pod, { reason: 'BackOff', message: `Back-off pulling image "${image}"`, ...about });
  return backoff;
}

function present(life: Life, pod: Stored): boolean {
  const images = life.world.get('/nodes', undefined, pod.spec.nodeName)?.status?.images ?? [];
  const names = new Set(images.flatMap((one: { names: string[] }) => one.names));
  return pod.spec.containers.every((one: { image: string }) => names.has(one.image));
}

/** The image list of the node grows when the pull is done; the next look finds it there. */
function remember(life: Life, node: string, image: string): void {
  life.world.update('/nodes', undefined, node, draft => {
    draft.status.images = [{ names: [image], sizeBytes: 48_000_000 }, ...(draft.status.images ?? [])].slice(
      0,
      50,
    );
  });
}
