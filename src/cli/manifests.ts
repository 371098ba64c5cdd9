import type { ContextSettings } from '../config/context-settings.ts';
import { alertsText } from '../manifests/alerts.ts';
import { cronjobText, type NodeLocal } from '../manifests/cronjob.ts';
import { type Grantee, rbacText } from '../manifests/rbac.ts';
import { roleNames } from '../manifests/roles.ts';
import { systemdText, type UnitName, unitNames } from '../manifests/systemd.ts';
import { execProbeNeeds, podProbeNeeds, probeNamespaceObject, probeNeeds } from '../probes/needs.ts';
import { readArguments, UsageError, type Values } from './arguments.ts';
import { complain, readConfiguration } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';
import { checkHealFlags } from './heal-rules.ts';
import { manifestsFlags } from './prevention-commands.ts';

type ManifestsValues = Values<typeof manifestsFlags>;

const topics = ['rbac', 'cronjob', 'alerts', 'systemd'] as const;

/** Prints manifests; nothing is applied, and no cluster is asked. */
export async function manifests(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, manifestsFlags, 1 + roleNames.length);
  const [topic, ...rest] = words;
  if (topic === undefined) throw new UsageError(`say which: ${topics.join(', ')}`);
  process.stdout.write(await textOf(oneOf('', topic, topics), rest, values));
  return exitCodes.healthy;
}

async function textOf(
  topic: (typeof topics)[number],
  rest: readonly string[],
  values: ManifestsValues,
): Promise<string> {
  const byDefault = topic === 'cronjob' ? 'kube-system' : 'groundup';
  const namespace = dnsName('namespace', values.namespace ?? byDefault);
  const account = dnsName('account', values.account ?? 'groundup');
  if (topic !== 'rbac' && rest.length > (topic === 'systemd' ? 1 : 0))
    throw new UsageError(`unexpected argument '${rest.at(-1)}'`);
  switch (topic) {
    case 'rbac':
      return rbac(rest, values, { kind: 'ServiceAccount', name: account, namespace });
    case 'cronjob':
      return cronjobText({
        image: imageOf(values),
        namespace,
        account,
        schedule: cronOf(values.schedule ?? '*/5 * * * *'),
        nodeLocal: (values['node-local'] ?? 'control-plane') as NodeLocal,
      });
    case 'alerts':
      return alertsText({ namespace, plain: values.plain === true });
    case 'systemd':
      return systemd(rest[0], values);
  }
}

function rbac(words: readonly string[], values: ManifestsValues, account: Grantee): string {
  const roles = [...new Set(words.length === 0 ? ['observer' as const] : words)];
  const fluxNamespace = dnsName('flux-namespace', values['flux-namespace'] ?? 'flux-system');
  const logsIn = (values['logs-in'] ?? ['kube-system', fluxNamespace]).map(name =>
    name === '*' ? name : dnsName('logs-in', name),
  );
  const podsIn = (values['probe-pods-in'] ?? []).map(name => dnsName('probe-pods-in', name));
  const cniNamespace = dnsName('cni-namespace', values['cni-namespace'] ?? 'kube-system');
  const byExec = values['probe-exec'] === true ? execProbeNeeds(fluxNamespace, cniNamespace) : [];
  return rbacText({
    roles: roles.map(role => oneOf('role ', role, roleNames)),
    grantee: granteeOf(values) ?? account,
    fluxNamespace,
    helmState: values['helm-state'] === true,
    logsIn,
    probes: [...probeNeeds, ...podsIn.flatMap(podProbeNeeds), ...byExec],
    probeNamespace: probeNamespaceObject,
  });
}

function granteeOf({ user, group }: ManifestsValues): Grantee | null {
  if (user !== undefined && group !== undefined)
    throw new UsageError('--user and --group exclude each other');
  if (user !== undefined) return { kind: 'User', name: printable('user', user) };
  return group === undefined ? null : { kind: 'Group', name: printable('group', group) };
}

/** The timer runs this very program, and the same Node. */
async function systemd(unit: string | undefined, values: ManifestsValues): Promise<string> {
  const every = values.every ?? '5min';
  if (!/^\d+ ?(s|sec|min|m|h|hours?)$/.test(every))
    throw new UsageError(`--every cannot be '${every}'; write a span of systemd such as 5min`);
  const only: UnitName | null = unit === undefined ? null : oneOf('unit ', unit, unitNames);
  const heal = [...new Set(values.heal ?? [])];
  if (heal.length > 0) checkHealFlags(heal, await contextOf(values));
  if (only?.startsWith('groundup-heal') === true && heal.length === 0)
    throw new UsageError('say which actions may heal by themselves, with --heal');
  return systemdText(
    {
      // A single executable is its own script.
      program: [...new Set([process.execPath, ...process.argv.slice(1, 2)])],
      context: values.context === undefined ? null : printable('context', values.context),
      textfile: values.textfile === undefined ? null : printable('textfile', values.textfile),
      every,
      heal,
    },
    only,
  );
}

/** Without a context those settings count that hold for all; no kubeconfig is read. */
async function contextOf({ context }: ManifestsValues): Promise<ContextSettings> {
  const config = await readConfiguration({}, process.env);
  complain(config);
  return config.settingsFor(context ?? '').context;
}

function imageOf({ image }: ManifestsValues): string {
  if (image === undefined) throw new UsageError('say which container image holds groundup, with --image');
  return printable('image', image);
}

function cronOf(schedule: string): string {
  if (!/^(@\w+|[\d*/,A-Za-z-]+( [\d*/,A-Za-z-]+){4})$/.test(schedule))
    throw new UsageError(
      `--schedule cannot be '${schedule}'; write five fields of cron such as '*/5 * * * *'`,
    );
  return schedule;
}

function dnsName(flag: string, name: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new UsageError(`--${flag} cannot be '${name}'; it is a name of small letters, digits and dashes`);
  return name;
}

function printable(flag: string, text: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    throw new UsageError(`--${flag} must be printable text on one line`);
  return text;
}

function oneOf<T extends string>(what: string, word: string, known: readonly T[]): T {
  const found = known.find(one => one === word);
  if (found === undefined) throw new UsageError(`unknown ${what}'${word}'; it is one of ${known.join(', ')}`);
  return found;
}
