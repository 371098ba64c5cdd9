/**
 * Where a text was found. The same words mean different things in different places: a lookup that fails on the
 * workstation (`client`), in a pod's log, or on a node that pulls an image (`event`).
 */
export type SignatureSource = 'client' | 'node' | 'event' | 'wait' | 'log' | 'cond' | 'probe';

/**
 * To whom the failure belongs: a layer, the `workstation` that groundup runs on, a Helm `release`,
 * or the `object` that the text names.
 */
export type SignatureOwner =
  | 'api'
  | 'nodes'
  | 'cni'
  | 'pod-network'
  | 'dns'
  | 'service-discovery'
  | 'flux'
  | 'apps'
  | 'workstation'
  | 'release'
  | 'object';

/** One failure text that operators know, with what it really means. */
export interface Signature {
  /** Stable id, `S01` to `S98`; reports and tests name it. */
  readonly id: string;
  readonly sources: readonly SignatureSource[];
  /** Every repetition has a bound, so that the time grows with the text's length and not with its square. */
  readonly expression: RegExp;
  readonly owner: SignatureOwner;
  readonly meaning: string;
  readonly remedy: string;
}

/** Sources are written as one word list, as in `'log cond'`, to keep a signature on one screen line. */
export function signature(
  id: string,
  sources: string,
  expression: RegExp,
  owner: SignatureOwner,
  meaning: string,
  remedy: string,
): Signature {
  return { id, sources: sources.split(' ') as SignatureSource[], expression, owner, meaning, remedy };
}
