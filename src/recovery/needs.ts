import { kinds } from '../cluster/kinds.ts';
import type { Bench } from './action.ts';
import type { Need, Step } from './plan.ts';
import { layerOf, type Release, releaseNamed, releasesOf } from './releases.ts';

/** What the steps of a plan must be allowed to do, as far as it can be told before: each thing once. */
export function needsOf(steps: readonly Step[], bench: Bench): readonly Need[] {
  const all = steps.flatMap(step => (step.kind === 'api' ? ofRequest(step) : ofTool(step, bench)));
  return all.filter((need, i) => all.findIndex(one => isSame(one, need)) === i);
}

const verbs = { PATCH: 'patch', POST: 'create', PUT: 'update', DELETE: 'delete' } as const;

/** Reads a path of the API back into the words of RBAC. */
function ofRequest({ method, path }: Extract<Step, { kind: 'api' }>): readonly Need[] {
  const match =
    /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/([^/]+)(?=\/(?!finalize|status)))?\/([^/?]+)(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(
      path,
    );
  if (match === null) return [];
  const [, group = '', namespace, resource = '', name, subresource] = match;
  return [
    {
      verb: verbs[method],
      group,
      resource,
      namespace: namespace === undefined ? null : decodeURIComponent(namespace),
      ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
      ...(subresource === undefined ? {} : { subresource }),
    },
  ];
}

function ofTool({ tool, args }: Extract<Step, { kind: 'tool' }>, bench: Bench): readonly Need[] {
  const words: readonly string[] = args;
  if (tool === 'helmfile' && words.includes('sync')) return releasesIn(words, bench).flatMap(ofRelease);
  if (tool === 'flux' && words.includes('reconcile')) return ofReconcile(words);
  return [];
}

function releasesIn(words: readonly string[], bench: Bench): readonly Release[] {
  const selector = words[words.indexOf('--selector') + 1];
  if (!words.includes('--selector') || selector === undefined) return releasesOf(bench);
  const release = releaseNamed(bench, selector.replace(/^name=/, '').replace(/,.*$/, ''));
  return release === null ? [] : [release];
}

/** Helm keeps its state in Secrets; which objects a chart has only rendering it tells, but the main one is known. */
function ofRelease(release: Release): readonly Need[] {
  const { namespace } = release;
  const resource = layerOf(release) === 'cni' ? 'daemonsets' : 'deployments';
  return [
    { verb: 'create', group: '', resource: 'secrets', namespace },
    { verb: 'patch', group: 'apps', resource, namespace },
  ];
}

const fluxWords: Readonly<Record<string, keyof typeof kinds>> = {
  kustomization: 'kustomizations',
  helmrelease: 'helmreleases',
  git: 'gitrepositories',
  oci: 'ocirepositories',
  helm: 'helmrepositories',
  chart: 'helmcharts',
  bucket: 'buckets',
};

function ofReconcile(words: readonly string[]): readonly Need[] {
  const rest = words.slice(words.indexOf('reconcile') + 1).filter(word => word !== 'source');
  const id = fluxWords[rest[0] ?? ''];
  const name = rest[1];
  const namespace = words[words.indexOf('--namespace') + 1];
  if (id === undefined || name === undefined || namespace === undefined) return [];
  return [{ verb: 'patch', group: kinds[id].group, resource: kinds[id].resource, namespace, name }];
}

function isSame(a: Need, b: Need): boolean {
  return (
    a.verb === b.verb &&
    a.group === b.group &&
    a.resource === b.resource &&
    a.subresource === b.subresource &&
    a.namespace === b.namespace &&
    a.name === b.name
  );
}
