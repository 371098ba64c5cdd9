import { type Safe, say } from '../text/safe.ts';

/** Names one object of the cluster. */
export interface ObjectRef {
  readonly kind: Safe;
  readonly namespace: Safe | null;
  readonly name: Safe;
}

/** `DaemonSet kube-system/cilium`, as kubectl users write it. */
export function refText(ref: ObjectRef): Safe {
  return ref.namespace === null
    ? say`${ref.kind} ${ref.name}`
    : say`${ref.kind} ${ref.namespace}/${ref.name}`;
}
