import type { Json } from '../world.ts';
import type { Attributes } from './access.ts';
import { type ResourceExchange, readObject, sendJson } from './exchange.ts';
import { methodNotAllowed } from './failures.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** SelfSubjectAccessReview and SelfSubjectRulesReview: what may the caller do? */
export async function review(exchange: ResourceExchange): Promise<void> {
  if (exchange.verb !== 'create') throw methodNotAllowed();
  const body = await readObject(exchange);
  const { kind } = exchange.resource;
  const spec = body.spec ?? {};
  const status =
    kind === 'SelfSubjectAccessReview' ? accessStatus(exchange, spec) : rulesStatus(exchange, spec);
  sendJson(exchange, 201, {
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status,
  });
}

function accessStatus({ caller }: ResourceExchange, spec: Json): Json {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  const attributes: Attributes = {
    verb: asked?.verb ?? path?.verb ?? '',
    group: asked?.group ?? '',
    resource: asked?.resource ?? '',
    subresource: asked?.subresource ?? '',
    namespace: asked?.namespace ?? '',
    name: asked?.name ?? '',
    path: path?.path ?? '',
  };
  return { allowed: caller.allow(attributes) };
}

/** Callers are functions here, not rules: what each resource allows is found by asking. */
function rulesStatus({ caller, world }: ResourceExchange, spec: Json): Json {
  const namespace = spec.namespace ?? 'default';
  const rules = world.registry.all().flatMap(({ group, plural, subresources }) =>
    ['', ...subresources].flatMap(subresource => {
      const verbs = VERBS.filter(verb =>
        caller.allow({ verb, group, resource: plural, subresource, namespace, name: '', path: '' }),
      );
      const resource = subresource ? `${plural}/${subresource}` : plural;
      return verbs.length > 0 ? [{ verbs, apiGroups: [group], resources: [resource] }] : [];
    }),
  );
  return { resourceRules: rules, nonResourceRules: [], incomplete: false };
}
