import type { Json, Stored } from '../world.ts';
import { wantsAggregated } from './accept.ts';
import type { ServedWorld } from './create-world.ts';
import { type Exchange, sendJson } from './exchange.ts';
import type { Resource } from './resources.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const OBJECT_VERBS = ['get', 'patch', 'update'];
/** Kinds and verbs of subresources that do not show the object itself. */
const SUBRESOURCES: Readonly<
  Record<string, { kind?: readonly [string, string, string]; verbs: readonly string[] }>
> = {
  scale: { kind: ['autoscaling', 'v1', 'Scale'], verbs: OBJECT_VERBS },
  eviction: { kind: ['policy', 'v1', 'Eviction'], verbs: ['create'] },
  log: { verbs: ['get'] },
  exec: { kind: ['', 'v1', 'PodExecOptions'], verbs: ['create', 'get'] },
  finalize: { verbs: ['update'] },
  proxy: { verbs: ['create', 'delete', 'get', 'patch', 'update'] },
};

/** `/api`, `/apis`, `/apis/GROUP`, and the resource list of a version; says false for any other path. */
export function discover(exchange: Exchange): boolean {
  const { path, world } = exchange;
  const [, root, group, version, more] = path.replace(/\/$/, '').split('/');
  if (root === 'api' && group === undefined) return rootDocument(exchange, true);
  if (root === 'apis' && group === undefined) return rootDocument(exchange, false);
  if (root === 'api' && group === 'v1' && version === undefined) {
    return resourceList(exchange, '', 'v1');
  }
  if (root !== 'apis' || group === undefined || more !== undefined) return false;
  if (version !== undefined) return resourceList(exchange, group, version);
  const found = groupsOf(world).find(entry => entry.name === group);
  if (!found) return false;
  sendJson(exchange, 200, { kind: 'APIGroup', apiVersion: 'v1', ...plainGroup(found) });
  return true;
}

interface Group {
  readonly name: string;
  readonly versions: readonly string[];
  /** Served by an extension server that does not answer. */
  readonly stale: boolean;
}

function isAvailable(service: Json): boolean {
  return service.status?.conditions?.some(
    (entry: Json) => entry.type === 'Available' && entry.status === 'True',
  );
}

function groupsOf(world: ServedWorld): readonly Group[] {
  const groups = Map.groupBy(
    world.registry.all().filter(resource => resource.group !== ''),
    resource => resource.group,
  );
  const own = [...groups].map(([name, resources]) => ({
    name,
    versions: [...new Set(resources.flatMap(resource => resource.versions))],
    stale: false,
  }));
  const extensions = extensionServices(world).map(service => ({
    name: String(service.spec.group),
    versions: [String(service.spec.version)],
    stale: !isAvailable(service),
  }));
  return [...own, ...extensions.filter(entry => !groups.has(entry.name))];
}

/** Registrations of API groups that another server answers for. */
function extensionServices(world: ServedWorld): readonly Stored[] {
  return world.list('apiregistration.k8s.io/apiservices').filter(entry => entry.spec?.service);
}

/** The registration a path falls under, if another server answers for that group version. */
export function extensionOf(world: ServedWorld, path: string): Stored | undefined {
  const [, root, group, version] = path.split('/');
  if (root !== 'apis') return undefined;
  return extensionServices(world).find(({ spec }: Json) => spec.group === group && spec.version === version);
}

function plainGroup({ name, versions }: Group): Json {
  const all = versions.map(version => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

function rootDocument(exchange: Exchange, core: boolean): boolean {
  const { request, world } = exchange;
  if (wantsAggregated(request.headers.accept)) {
    const items = core
      ? [aggregatedGroup(world, { name: '', versions: ['v1'], stale: false })]
      : groupsOf(world).map(group => aggregatedGroup(world, group));
    const body = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
    exchange.response.setHeader('Vary', 'Accept');
    sendJson(exchange, 200, body, AGGREGATED);
    return true;
  }
  if (core) {
    const address = { clientCIDR: '0.0.0.0/0', serverAddress: request.headers.host ?? '' };
    sendJson(exchange, 200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [address] });
  } else {
    const groups = groupsOf(world).map(plainGroup);
    sendJson(exchange, 200, { kind: 'APIGroupList', apiVersion: 'v1', groups });
  }
  return true;
}

function aggregatedGroup(world: ServedWorld, group: Group): Json {
  return {
    metadata: { name: group.name || undefined, creationTimestamp: null },
    versions: group.versions.map(version => ({
      version,
      resources: resourcesIn(world, group.name, version).map(resource =>
        aggregatedResource(resource, version),
      ),
      freshness: group.stale ? 'Stale' : 'Current',
    })),
  };
}

function resourcesIn(world: ServedWorld, group: string, version: string): readonly Resource[] {
  return world.registry
    .all()
    .filter(resource => resource.group === group && resource.versions.includes(version));
}

function aggregatedResource(resource: Resource, version: string): Json {
  const own = { group: resource.group, version, kind: resource.kind };
  return {
    resource: resource.plural,
    responseKind: own,
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(resource.subresources.length > 0
      ? {
          subresources: resource.subresources.map(name => {
            const { kind, verbs = OBJECT_VERBS } = SUBRESOURCES[name] ?? {};
            const [group, itsVersion, itsKind] = kind ?? [];
            const responseKind = kind ? { group, version: itsVersion, kind: itsKind } : own;
            return { subresource: name, responseKind, verbs };
          }),
        }
      : {}),
  };
}

function resourceList(exchange: Exchange, group: string, version: string): boolean {
  const found = resourcesIn(exchange.world, group, version);
  if (found.length === 0) return false;
  const resources = found.flatMap(resource => [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
      ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    },
    ...resource.subresources.map(name => {
      const { kind, verbs = OBJECT_VERBS } = SUBRESOURCES[name] ?? {};
      const [itsGroup, itsVersion, itsKind] = kind ?? [];
      return {
        name: `${resource.plural}/${name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...(kind ? { group: itsGroup, version: itsVersion } : {}),
        kind: itsKind ?? resource.kind,
        verbs,
      };
    }),
  ]);
  const groupVersion = group ? `${group}/${version}` : version;
  sendJson(exchange, 200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
  return true;
}
