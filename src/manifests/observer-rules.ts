import { detailKinds } from '../cluster/detail-kinds.ts';
import { kinds } from '../cluster/kinds.ts';
import { type StreamPlan, streams } from '../cluster/streams.ts';
import type { Rule } from './rule.ts';

const read = ['get', 'list', 'watch'] as const;

export interface ObserverAsk {
  readonly fluxNamespace: string;
  /** Also Helm's release Secrets; RBAC cannot say "metadata only", so this is a right to read every Secret. */
  readonly helmState: boolean;
}

/**
 * What watching needs, read off the table of streams: a stream of one namespace asks for that namespace, one of a single
 * object for its name. Kinds that are only looked at one by one may be read, not listed.
 */
export function observerRules({ fluxNamespace, helmState }: ObserverAsk): readonly Rule[] {
  const plans: readonly StreamPlan[] = Object.values(streams);
  const watched = plans
    .filter(plan => helmState || plan.askFirst !== true)
    .map((plan): Rule => {
      const { group, resource } = kinds[plan.kind];
      const namespace = typeof plan.namespace === 'object' ? fluxNamespace : (plan.namespace ?? null);
      const name = /^metadata\.name=([\w.-]+)$/.exec(plan.fields ?? '')?.[1];
      const verbs = plan.askFirst === true ? ['list', 'watch'] : read;
      return { namespace, group, resource, verbs, ...(name === undefined ? {} : { names: [name] }) };
    });
  // The table that counts all pods, and the events of one object.
  const counted = [kinds.pods, kinds.events].map(
    ({ group, resource }): Rule => ({ namespace: null, group, resource, verbs: read }),
  );
  const looked = Object.values(detailKinds).map(
    ({ group, resource }): Rule => ({ namespace: null, group, resource, verbs: ['get'] }),
  );
  return [...counted, ...watched, ...looked];
}
