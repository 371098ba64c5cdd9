import type { KindId, ObjectOf } from '../../cluster/kinds.ts';
import { type Safe, say } from '../../text/safe.ts';

/** How an object is doing, in a word or two, and the sentence its controller gave. */
export interface Word {
  readonly word: Safe;
  readonly note: Safe;
  readonly tone: 'ok' | 'warn' | 'bad' | 'dim';
  readonly since: number | null;
}

interface Condition {
  readonly type?: Safe;
  readonly status?: Safe;
  readonly reason?: Safe;
  readonly message?: Safe;
  readonly lastTransitionTime?: number;
}

const none = '' as Safe;

/** One way of reading each kind; a kind without one shows its name only. */
export const words: { readonly [K in KindId]?: (object: ObjectOf<K>) => Word } = {
  nodes: node => {
    const ready = byCondition(node.status?.conditions, 'Ready');
    const word = ready.tone === 'ok' ? say`Ready` : say`NotReady`;
    return node.spec?.unschedulable === true
      ? { ...ready, word: say`${word}, cordoned`, tone: ready.tone === 'ok' ? 'dim' : ready.tone }
      : { ...ready, word };
  },
  pods: pod => podWord(pod),
  deployments: ({ spec, status }) =>
    counted(status?.availableReplicas, spec?.replicas ?? 1, status?.conditions),
  daemonsets: ({ status }) =>
    counted(status?.numberAvailable, status?.desiredNumberScheduled, status?.conditions),
  services: ({ spec }) => ({
    word: spec?.clusterIP ?? none,
    note: (spec?.ports ?? []).map(port => `${port.port ?? '?'}/${port.protocol ?? 'TCP'}`).join(' ') as Safe,
    tone: 'dim',
    since: null,
  }),
  endpointslices: ({ endpoints = [] }) => {
    const ready = endpoints.filter(endpoint => endpoint.conditions?.ready !== false).length;
    return {
      word: say`${ready}/${endpoints.length} ready`,
      note: endpoints.flatMap(endpoint => endpoint.addresses ?? []).join(' ') as Safe,
      tone: ready === 0 ? 'bad' : 'ok',
      since: null,
    };
  },
  leases: ({ spec }) => ({
    word: say`lease`,
    note: spec?.holderIdentity ?? none,
    tone: 'dim',
    since: spec?.renewTime ?? null,
  }),
  apiservices: ({ status }) => byCondition(status?.conditions, 'Available'),
  kustomizations: object => flux(object.spec?.suspend, object.status?.conditions),
  helmreleases: object => flux(object.spec?.suspend, object.status?.conditions),
  gitrepositories: object => flux(object.spec?.suspend, object.status?.conditions),
  ocirepositories: object => flux(object.spec?.suspend, object.status?.conditions),
  helmrepositories: object => flux(object.spec?.suspend, object.status?.conditions),
  helmcharts: object => flux(object.spec?.suspend, object.status?.conditions),
  buckets: object => flux(object.spec?.suspend, object.status?.conditions),
  fluxinstances: object => byCondition(object.status?.conditions, 'Ready'),
  tigerastatuses: object => byCondition(object.status?.conditions, 'Available'),
  namespaces: ({ status }) => ({
    word: status?.phase ?? none,
    note: none,
    tone: status?.phase === 'Active' ? 'ok' : 'warn',
    since: null,
  }),
};

function byCondition(conditions: readonly Condition[] | undefined, type: string): Word {
  const found = conditions?.find(condition => condition.type === type);
  if (found === undefined) return { word: say`no ${type as Safe} yet`, note: none, tone: 'dim', since: null };
  const isTrue = found.status === 'True';
  return {
    word: isTrue ? (type as Safe) : (found.reason ?? say`not ${type as Safe}`),
    note: found.message ?? none,
    tone: isTrue ? 'ok' : found.status === 'Unknown' ? 'warn' : 'bad',
    since: found.lastTransitionTime ?? null,
  };
}

function flux(suspend: boolean | undefined, conditions: readonly Condition[] | undefined): Word {
  const ready = byCondition(conditions, 'Ready');
  return suspend === true ? { ...ready, word: say`suspended`, tone: 'dim' } : ready;
}

function counted(
  ready: number | undefined,
  wanted: number | undefined,
  conditions: readonly Condition[] | undefined,
): Word {
  const have = ready ?? 0;
  const want = wanted ?? 0;
  const trouble = conditions?.find(condition => condition.status === 'False');
  return {
    word: say`${have}/${want} available`,
    note: trouble?.message ?? none,
    tone: want === 0 ? 'dim' : have >= want ? 'ok' : have === 0 ? 'bad' : 'warn',
    since: trouble?.lastTransitionTime ?? null,
  };
}

function podWord({ spec, status, metadata }: ObjectOf<'pods'>): Word {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = all.find(container => container.state?.waiting !== undefined)?.state?.waiting;
  const containers = status?.containerStatuses ?? [];
  const ready = containers.filter(container => container.ready === true).length;
  const restarts = containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0);
  const isReady = containers.length > 0 && ready === containers.length;
  const word =
    metadata.deletionTimestamp !== undefined
      ? say`Terminating`
      : (waiting?.reason ?? status?.reason ?? status?.phase ?? say`Unknown`);
  const where = spec?.nodeName === undefined ? say`on no node` : say`on ${spec.nodeName}`;
  const note = waiting?.message ?? status?.message ?? none;
  return {
    word: say`${word} ${ready}/${Math.max(containers.length, spec?.containers?.length ?? 0)}`,
    note: note === none ? (restarts > 0 ? say`${where}, ${restarts} restarts` : where) : note,
    tone: isReady || status?.phase === 'Succeeded' ? 'ok' : waiting === undefined ? 'warn' : 'bad',
    since: status?.startTime ?? null,
  };
}
