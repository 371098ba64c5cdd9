import { ApiFailure, type Json, type ResourceKey } from '../world.ts';
import { readyBackends } from './coredns.ts';
import { expressionsMatch } from './scheduling.ts';
import type { Life } from './switches.ts';

const KINDS = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].map(
  plural => `admissionregistration.k8s.io/${plural}`,
);

/** The API server's calls to admission webhooks: one that must answer and has nobody behind it refuses the request. */
export function startWebhooks(life: Life): () => void {
  const admit = (request: { resource: ResourceKey; operation: 'CREATE' | 'UPDATE'; object: Json }): void => {
    for (const kind of KINDS) {
      for (const configuration of life.world.list(kind)) {
        for (const webhook of configuration.webhooks ?? []) call(life, webhook, request);
      }
    }
  };
  life.behaviour.admission.push(admit);
  return () => {
    life.behaviour.admission = life.behaviour.admission.filter(one => one !== admit);
  };
}

function call(
  life: Life,
  webhook: Json,
  request: { resource: ResourceKey; operation: string; object: Json },
): void {
  if (webhook.failurePolicy === 'Ignore' || !applies(life, webhook, request)) return;
  const { name, namespace, path = '', port = 443 } = webhook.clientConfig.service ?? {};
  if (name === undefined) return;
  const service = life.world.get('/services', namespace, name);
  if (service !== undefined && readyBackends(life, service).length > 0) return;
  const why =
    service === undefined ? `service "${name}" not found` : `no endpoints available for service "${name}"`;
  const url = `https://${name}.${namespace}.svc:${port}${path}?timeout=${webhook.timeoutSeconds ?? 10}s`;
  throw new ApiFailure(
    500,
    'InternalError',
    `Internal error occurred: failed calling webhook "${webhook.name}": failed to call webhook: Post "${url}": ${why}`,
    {
      causes: [{ message: `failed calling webhook "${webhook.name}": ${why}` }],
    },
  );
}

function applies(
  life: Life,
  webhook: Json,
  request: { resource: ResourceKey; operation: string; object: Json },
): boolean {
  const [group = '', plural = ''] = request.resource.split('/');
  const asked = (webhook.rules ?? []).some(
    (rule: Json) =>
      (rule.apiGroups.includes(group) || rule.apiGroups.includes('*')) &&
      (rule.operations.includes(request.operation) || rule.operations.includes('*')) &&
      rule.resources.some((one: string) => one === plural || one === '*' || one === '*/*'),
  );
  if (!asked) return false;
  const { namespace } = request.object.metadata;
  const space = namespace && life.world.get('/namespaces', undefined, namespace);
  return (
    !space || expressionsMatch(webhook.namespaceSelector?.matchExpressions ?? [], space.metadata.labels ?? {})
  );
}
