/** A kind of Flux as the flux command handles it. */
export interface FluxKind {
  readonly kind: string;
  /** As in `flux suspend WORD`. */
  readonly word: string;
  readonly plural: string;
  readonly apiVersion: string;
  /** What a successful reconciliation says, before the revision. */
  readonly done: string;
}

const SOURCE = 'source.toolkit.fluxcd.io/v1';

export const KUSTOMIZATION: FluxKind = {
  kind: 'Kustomization',
  word: 'kustomization',
  plural: 'kustomizations',
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  done: 'applied revision',
};
export const HELM_RELEASE: FluxKind = {
  kind: 'HelmRelease',
  word: 'helmrelease',
  plural: 'helmreleases',
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  done: 'applied revision',
};

/** Sources by the word after `source`, in the order `flux get all` lists them. */
export const SOURCES: Readonly<Record<string, FluxKind>> = {
  oci: source('OCIRepository', 'oci', 'ocirepositories'),
  bucket: source('Bucket', 'bucket', 'buckets'),
  git: source('GitRepository', 'git', 'gitrepositories'),
  helm: source('HelmRepository', 'helm', 'helmrepositories'),
  chart: source('HelmChart', 'chart', 'helmcharts'),
};

function source(kind: string, word: string, plural: string): FluxKind {
  return { kind, word: `source ${word}`, plural, apiVersion: SOURCE, done: 'fetched revision' };
}

const WORDS: Readonly<Record<string, FluxKind>> = {
  kustomization: KUSTOMIZATION,
  kustomizations: KUSTOMIZATION,
  ks: KUSTOMIZATION,
  helmrelease: HELM_RELEASE,
  helmreleases: HELM_RELEASE,
  hr: HELM_RELEASE,
};

/** Reads `kustomization NAME` or `source git NAME` from the front of words; undefined when it names no kind. */
export function readKind(
  words: readonly string[],
): { readonly kind: FluxKind; readonly rest: readonly string[] } | undefined {
  const [first = '', second = '', ...rest] = words;
  const isSource = first === 'source' || first === 'sources';
  const kind = isSource ? SOURCES[second] : WORDS[first];
  if (!kind) return undefined;
  return { kind, rest: isSource ? rest : words.slice(1) };
}

export function kindNamed(name: string): FluxKind | undefined {
  return [KUSTOMIZATION, HELM_RELEASE, ...Object.values(SOURCES)].find(one => one.kind === name);
}
