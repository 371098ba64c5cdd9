import type { Life } from '../controllers/switches.ts';

export type FaultLayer =
  | 'api'
  | 'nodes'
  | 'cni'
  | 'pod-network'
  | 'dns'
  | 'service-discovery'
  | 'flux'
  | 'apps';

/** What a good diagnosis says about a fault: the lowest broken layer, the object there and why. */
export interface Expectation {
  readonly layer: FaultLayer;
  /** Null where no object of the cluster is to be repaired. */
  readonly objectKind: string | null;
  /** `namespace/name`, or the bare name of a cluster-wide object. */
  readonly objectName: string | null;
  readonly cause: string;
}

/**
 * One thing that goes wrong. `apply` and `undo` change the world as a person or a failure would; the rest follows.
 * What a person does can be refused by the API server (a webhook that is down, too): both then throw its ApiFailure.
 */
export interface Fault {
  readonly name: string;
  /** One sentence. */
  readonly title: string;
  readonly expects: Expectation;
  /** Further roots that are independent of the first. */
  readonly alsoExpects?: readonly Expectation[];
  apply(life: Life): void;
  undo?(life: Life): void;
}
