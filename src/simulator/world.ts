/** The contract between the simulated API server (storage, HTTP) and the causal controllers that live on it. */

/** A JSON object as the API serves it. Simulator objects are open-ended by nature: the API takes any field. */
// biome-ignore lint/suspicious/noExplicitAny: the simulator stores whatever JSON a client sends, as a real API server does
export type Json = any;

export interface Meta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  finalizers?: string[];
  managedFields?: Json[];
}

/** One stored object. Objects handed out are frozen copies or must be treated as such: change them through `World`. */
export interface Stored {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  [field: string]: Json;
}

/** `group/resource`, the core group being empty: `/pods`, `apps/deployments`, `coordination.k8s.io/leases`. */
export type ResourceKey = string;

export type WorldEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceKey;
  readonly object: Stored;
  readonly old?: Stored;
};

/** Synchronous access to the stored objects, with the rules of the API server (versions, generation, finalizers, owners). */
export interface World {
  get(resource: ResourceKey, namespace: string | undefined, name: string): Stored | undefined;
  list(resource: ResourceKey, namespace?: string): readonly Stored[];
  /** Creates; fills uid, resourceVersion, generation, creationTimestamp. Throws ApiFailure (409 AlreadyExists, 403 admission, ...). */
  create(resource: ResourceKey, object: Json): Stored;
  /** Reads, lets `change` alter a deep copy in place, stores it. Returns undefined when the object is gone. `generation` moves with `spec`. No-op when nothing changed. */
  update(
    resource: ResourceKey,
    namespace: string | undefined,
    name: string,
    change: (draft: Json) => void,
  ): Stored | undefined;
  /** Deletes: honours finalizers (sets deletionTimestamp), removes dependants through ownerReferences in the background unless `orphan`. */
  remove(
    resource: ResourceKey,
    namespace: string | undefined,
    name: string,
    options?: { grace?: number; orphan?: boolean },
  ): void;
  /** Calls back synchronously after each stored change; returns the undo. */
  subscribe(listener: (event: WorldEvent) => void): () => void;
  /** Registers kinds at run time (a CustomResourceDefinition came) and takes them away with their objects. */
  serveCustom(definition: Stored): void;
  dropCustom(definitionName: string): void;
}

/** Simulated time: runs `speed` times as fast as real time. Every delay of every controller goes through it. */
export interface SimClock {
  /** Simulated epoch milliseconds: what the API server writes into timestamps and its Date header. */
  now(): number;
  readonly speed: number;
  /** Calls back once after `ms` simulated milliseconds; returns the cancel. */
  after(ms: number, run: () => void): () => void;
  /** Calls back every `ms` simulated milliseconds until cancelled. */
  every(ms: number, run: () => void): () => void;
  /** Ends all timers. */
  stop(): void;
}

/** A refusal as the API server words it; the HTTP side turns it into a Status object. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Json;
  constructor(code: number, reason: string, message: string, details?: Json) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/**
 * Ways in which the server as a whole can misbehave; faults set them, the HTTP side obeys them on each request.
 * `admission` hooks run on create and update, in order, and may throw an ApiFailure (webhooks, quotas).
 */
export interface Behaviour {
  /** `refuse`: the listener is closed, connections are refused. `hang`: accepts and never answers. */
  reach: 'normal' | 'refuse' | 'hang';
  /** Names of failing readyz checks, e.g. `etcd`. */
  failingChecks: string[];
  /** Writes fail (etcd without quorum): `etcdserver: request timed out`. */
  writesFail: boolean;
  /** Text of pods/log for a container: what the controllers wrote. Bounded ring per container. */
  logs: Map<string, string[]>;
  admission: ((request: { resource: ResourceKey; operation: 'CREATE' | 'UPDATE'; object: Json }) => void)[];
  /** Answers the pod proxy path `/api/v1/namespaces/N/pods/P:port/proxy/PATH`; undefined: 503. */
  podProxy: (
    namespace: string,
    pod: string,
    port: number,
    path: string,
  ) => { status: number; body: string } | undefined;
  /** What a command in a container prints and how it exits; undefined: the image has no such program. */
  exec: (
    namespace: string,
    pod: string,
    container: string,
    command: readonly string[],
  ) => { output: string; exitCode: number } | undefined;
}
