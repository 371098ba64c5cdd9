import { ApiFailure, type Json } from '../world.ts';
import { type ResourceExchange, readObject, sendJson, sendText } from './exchange.ts';
import { methodNotAllowed, notFound } from './failures.ts';
import { named } from './lists.ts';

/** POST of an eviction: a deletion that disruption budgets may delay. */
export async function evict(exchange: ResourceExchange): Promise<void> {
  const { world, info } = exchange;
  if (exchange.verb !== 'create') throw methodNotAllowed();
  const body = await readObject(exchange);
  const pod = named(exchange);
  const budget = world.list('policy/poddisruptionbudgets', info.namespace).find(entry => {
    const labels = Object.entries<string>(entry.spec?.selector?.matchLabels ?? {});
    return labels.length > 0 && labels.every(([key, value]) => pod.metadata.labels?.[key] === value);
  });
  if (budget && (budget.status?.disruptionsAllowed ?? 0) <= 0)
    throw tooMany(budget.metadata.name, budget.status);
  const grace: number | undefined = body.deleteOptions?.gracePeriodSeconds;
  world.remove('/pods', info.namespace, pod.metadata.name, grace === undefined ? {} : { grace });
  sendJson(exchange, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

function tooMany(budget: string, status: Json): ApiFailure {
  const needs = `The disruption budget ${budget} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`;
  return new ApiFailure(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    { causes: [{ reason: 'DisruptionBudget', message: needs }] },
  );
}

/** Proxies to a pod, or to the first ready endpoint of a service. */
export function proxy(exchange: ResourceExchange): void {
  const { world, behaviour, info, resource, query } = exchange;
  const [scheme, host, port] = splitName(info.name ?? '');
  const search = query.size > 0 ? `?${query}` : '';
  const target =
    resource.plural === 'services'
      ? endpointOf(exchange, host, port)
      : { pod: host, port: Number(port) || 80 };
  if (resource.plural === 'pods' && !world.get('/pods', info.namespace, host)) throw notFound(resource, host);
  const answer =
    target && behaviour.podProxy(info.namespace ?? '', target.pod, target.port, `/${info.rest}${search}`);
  if (!answer) {
    const what = target
      ? `error trying to reach service: dial tcp: connect: connection refused`
      : `no endpoints available for service "${scheme}${info.name}"`;
    throw new ApiFailure(503, 'ServiceUnavailable', what);
  }
  sendText(exchange, answer.status, answer.body, contentType(answer.body));
}

function contentType(body: string): string {
  return /^\s*[[{]/.test(body) ? 'application/json' : 'text/plain; charset=utf-8';
}

/** `name`, `name:port`, `https:name:port`. */
function splitName(name: string): [string, string, string] {
  const parts = name.split(':');
  if (parts.length === 3) return [`${parts[0]}:`, parts[1] ?? '', parts[2] ?? ''];
  return ['', parts[0] ?? '', parts[1] ?? ''];
}

function endpointOf(
  { world, info, resource }: ResourceExchange,
  name: string,
  port: string,
): { pod: string; port: number } | undefined {
  const service = world.get('/services', info.namespace, name);
  if (!service) throw notFound(resource, name);
  const slices = world
    .list('discovery.k8s.io/endpointslices', info.namespace)
    .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name);
  for (const slice of slices) {
    const ready = (slice.endpoints ?? []).find((entry: Json) => entry.conditions?.ready !== false);
    if (!ready?.targetRef) continue;
    const wanted = (service.spec.ports ?? []).find(
      (entry: Json) => !port || entry.name === port || String(entry.port) === port,
    );
    const open = (slice.ports ?? []).find((entry: Json) => !wanted?.name || entry.name === wanted.name);
    if (open) return { pod: ready.targetRef.name, port: open.port };
  }
  return undefined;
}
