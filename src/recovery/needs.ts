import { kinds } from '../cluster/kinds.ts';
import { say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { warn } from './guard.ts';
import type { Guard, Need, Step } from './plan.ts';
import { layerOf, type Release, releaseNamed, releasesOf } from './releases.ts';

/** What the steps of a plan must be allowed to do, as far as it can be told before: each thing once. */
export function needsOf(steps: readonly Step[], bench: Bench): readonly Need[] {
  const all = steps.flatMap((step, i) =>
    step.kind === 'api' ? ofRequest(step) : ofTool(step, steps.slice(0, i), bench),
  );
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

function ofTool(
  { tool, args }: Extract<Step, { kind: 'tool' }>,
  before: readonly Step[],
  bench: Bench,
): readonly Need[] {
  const words: readonly string[] = args;
  if (tool === 'helmfile' && words.includes('sync')) return releasesIn(words, bench).flatMap(ofRelease);
  if (tool === 'flux' && words.includes('reconcile')) return ofReconcile(words);
  if (tool === 'kubectl') return ofKubectl(words, before, bench);
  if (tool === 'helm' && words.includes('get')) return ofHelmGet(words);
  return [];
}

const DEFINITIONS = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespace: null };

/** What is applied stands in a file that an earlier step writes: of definitions, and of a FluxInstance, the kind is known. */
function ofKubectl(words: readonly string[], before: readonly Step[], bench: Bench): readonly Need[] {
  const namespace = valueAfter('--namespace', words) ?? null;
  if (words.includes('get') && words.includes('secret')) {
    const name = words[words.indexOf('secret') + 1];
    return [
      { verb: 'get', group: '', resource: 'secrets', namespace, ...(name === undefined ? {} : { name }) },
    ];
  }
  if (words.includes('wait') && words.includes('customresourcedefinitions'))
    return [
      { ...DEFINITIONS, verb: 'list' },
      { ...DEFINITIONS, verb: 'watch' },
    ];
  if (!words.includes('apply')) return [];
  if (isOfDefinitions(words, before))
    return [
      { ...DEFINITIONS, verb: 'create' },
      { ...DEFINITIONS, verb: 'patch' },
    ];
  return before.some(step => step.kind === 'tool' && step.args.includes(say`flux-instance`))
    ? [
        {
          verb: 'patch',
          group: kinds.fluxinstances.group,
          resource: 'fluxinstances',
          namespace: bench.snapshot.fluxNamespace,
        },
      ]
    : [];
}

function isOfDefinitions(words: readonly string[], before: readonly Step[]): boolean {
  return before.some(
    step =>
      step.kind === 'tool' &&
      step.output?.onlyKind === 'CustomResourceDefinition' &&
      words.includes(step.output.file),
  );
}

function ofHelmGet(words: readonly string[]): readonly Need[] {
  const namespace = valueAfter('--namespace', words);
  return namespace === undefined ? [] : [{ verb: 'list', group: '', resource: 'secrets', namespace }];
}

function valueAfter(flag: string, words: readonly string[]): string | undefined {
  return words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
}

/** Steps of which nobody can tell beforehand what they need to be allowed: the confirmation says so. */
export function openNeeds(steps: readonly Step[]): readonly Guard[] {
  const open = steps.filter(
    (step, i) =>
      step.kind === 'tool' &&
      (!known.has(step.tool) ||
        (step.tool === 'kubectl' &&
          step.args.includes(say`apply`) &&
          !isOfDefinitions(step.args, steps.slice(0, i)))),
  );
  return open.map(({ title }) =>
    warn(
      say`what "${title}" must be allowed to do cannot be known beforehand: a refusal shows only when it runs`,
    ),
  );
}

/** Tools whose needs can be told from their arguments. */
const known: ReadonlySet<string> = new Set(['helmfile', 'helm', 'flux', 'kubectl']);

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
