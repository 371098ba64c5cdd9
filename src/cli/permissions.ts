import type { PermissionFacts } from '../doctor/access.ts';
import { type Access, accessReviewer } from '../kube/access-review.ts';
import type { Transport } from '../kube/transport.ts';
import { observerRules } from '../manifests/observer-rules.ts';
import type { Rule } from '../manifests/rule.ts';
import { execProbeNeeds, probeNeeds } from '../probes/needs.ts';
import { actionPermissions } from '../recovery/action-permissions.ts';
import { needText } from '../recovery/need-guards.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';

interface Use {
  readonly use: Safe;
  readonly asks: readonly Access[];
  readonly cure: Safe;
  readonly needed: boolean;
}

const AT_ONCE = 10;

/** Asks the API server what of all that groundup does is allowed: one question a permission, a few at a time. */
export async function askPermissions(
  request: Transport['request'],
  fluxNamespace: string,
  execIn: { readonly cniNamespace: string } | null,
): Promise<readonly PermissionFacts[]> {
  const review = accessReviewer(request);
  const uses = usesOf(fluxNamespace, execIn);
  const asks = uses.flatMap(({ asks }, use) => asks.map(access => ({ use, access })));
  const answers: { use: number; access: Access; answer: string }[] = [];
  for (let i = 0; i < asks.length; i += AT_ONCE)
    answers.push(
      ...(await Promise.all(
        asks.slice(i, i + AT_ONCE).map(async one => ({ ...one, answer: await review(one.access) })),
      )),
    );
  return uses.map(({ use, cure, needed }, i) => {
    const own = answers.filter(one => one.use === i);
    return {
      use,
      cure,
      needed,
      asked: own.length,
      denied: own.filter(one => one.answer === 'denied').map(one => needText(one.access)),
      unsure: own.filter(one => one.answer === 'unsure').length,
    };
  });
}

/** Commands in pods are asked for only where probes are configured to run them. */
function usesOf(fluxNamespace: string, execIn: { readonly cniNamespace: string } | null): readonly Use[] {
  const role = (name: Safe): Safe => say`groundup manifests rbac ${name} | kubectl apply -f -`;
  const releases = { verb: 'list', group: '', resource: 'secrets', namespace: null };
  const logs = { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'kube-system' };
  const everything = { verb: '*', group: '*', resource: '*', namespace: null };
  return [
    {
      use: say`watch`,
      asks: observerRules({ fluxNamespace, helmState: false }).flatMap(accessOf),
      cure: role(say`observer`),
      needed: true,
    },
    { use: say`read logs`, asks: [logs], cure: role(say`logs`), needed: false },
    {
      use: say`see the state of Helm releases`,
      asks: [releases],
      cure: say`without it, it is not known which releases are installed; it means reading all Secrets`,
      needed: false,
    },
    { use: say`probe`, asks: probeNeeds.flatMap(accessOf), cure: role(say`prober`), needed: false },
    ...(execIn === null ? [] : [execUse(fluxNamespace, execIn.cniNamespace)]),
    {
      use: say`run actions through the API`,
      asks: distinct(Object.values(actionPermissions).flat()),
      cure: role(say`operator`),
      needed: false,
    },
    {
      use: say`install charts (sync releases, bootstrap)`,
      asks: [everything],
      cure: say`charts hold roles and definitions of their own: use an administrator's kubeconfig for that`,
      needed: false,
    },
  ];
}

function execUse(fluxNamespace: string, cniNamespace: string): Use {
  const flux = fluxNamespace === 'flux-system' ? say`` : say` --flux-namespace ${field(fluxNamespace)}`;
  const cni = cniNamespace === 'kube-system' ? say`` : say` --cni-namespace ${field(cniNamespace)}`;
  return {
    use: say`probe by commands in pods`,
    asks: execProbeNeeds(fluxNamespace, cniNamespace).flatMap(accessOf),
    cure: say`groundup manifests rbac prober --probe-exec${flux}${cni} | kubectl apply -f -`,
    needed: false,
  };
}

function accessOf({ namespace, group, resource: full, verbs, names }: Rule): readonly Access[] {
  const [resource = '', subresource] = full.split('/');
  const part = subresource === undefined ? {} : { subresource };
  const name = names?.[0] === undefined ? {} : { name: names[0] };
  // Who may list may nearly always get as well; asking for it once more would tell little.
  const told = verbs.includes('list') ? verbs.filter(verb => verb !== 'get') : verbs;
  return told.map(verb => ({ verb, group, resource, ...part, namespace, ...name }));
}

function distinct(asks: readonly Access[]): readonly Access[] {
  return [...new Map(asks.map(one => [JSON.stringify(one), one])).values()];
}
