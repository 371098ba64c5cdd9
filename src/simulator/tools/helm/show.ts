import type { HelmRelease } from '../../seed/releases.ts';
import { tabbed } from '../columns.ts';
import { ToolFailure } from '../tool.ts';
import type { HelmCall } from './call.ts';
import { allRevisions, revisions } from './storage.ts';

const HEAD = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];

/** `helm list`: the newest revision of each release; pending ones only when asked for. */
export async function list({ api, flags, call, namespace }: HelmCall): Promise<number> {
  const found = newest(await allRevisions(api, flags.has('all-namespaces') ? undefined : namespace));
  const filter = new RegExp(flags.value('filter') ?? '');
  const shown = found.filter(
    one => filter.test(one.name) && isShown(one, flags.has('all'), flags.has('pending')),
  );
  if (flags.value('output') === 'json') {
    const rows = shown.map(one => {
      const [name, ns, revision, updated, status, chart, app_version] = rowOf(one);
      return { name, namespace: ns, revision, updated, status, chart, app_version };
    });
    call.out(`${JSON.stringify(rows)}\n`);
  } else {
    call.out(releaseTable(shown, !flags.has('no-headers')));
  }
  return 0;
}

function isShown({ info }: HelmRelease, all: boolean, pending: boolean): boolean {
  if (pending) return info.status.startsWith('pending-');
  return all || info.status === 'deployed' || info.status === 'failed';
}

function newest(releases: readonly HelmRelease[]): HelmRelease[] {
  const best = new Map<string, HelmRelease>();
  for (const one of releases) {
    const key = `${one.name} ${one.namespace}`;
    if ((best.get(key)?.version ?? 0) < one.version) best.set(key, one);
  }
  return [...best].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, release]) => release);
}

function releaseTable(releases: readonly HelmRelease[], headed: boolean): string {
  const text = tabbed([HEAD, ...releases.map(rowOf)]);
  return headed ? text : text.slice(text.indexOf('\n') + 1);
}

function rowOf({ name, namespace, version, info, chart }: HelmRelease): string[] {
  const { metadata } = chart;
  const updated = info.last_deployed.replace('T', ' ').replace(/Z$/, ' +0000 UTC');
  return [
    name,
    namespace,
    String(version),
    updated,
    info.status,
    `${metadata.name}-${metadata.version}`,
    metadata.appVersion ?? '',
  ];
}

/** `helm status NAME`. */
export async function status(helm: HelmCall): Promise<number> {
  const release = await findRevision(helm);
  const json = helm.flags.value('output') === 'json';
  helm.call.out(
    json ? `${JSON.stringify({ ...release, chart: undefined, hooks: undefined })}\n` : statusText(release),
  );
  return 0;
}

/** The block helm prints about a release after it changed it. */
export function statusText({ name, namespace, version, info }: HelmRelease): string {
  return [
    `NAME: ${name}`,
    `LAST DEPLOYED: ${calendar(info.last_deployed)}`,
    `NAMESPACE: ${namespace}`,
    `STATUS: ${info.status}`,
    `REVISION: ${version}`,
    'TEST SUITE: None',
    '',
  ].join('\n');
}

/** `Tue Nov 24 06:21:53 2026` */
function calendar(iso: string): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(iso)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

/** `helm history NAME`. */
export async function history({ api, flags, words, call, namespace }: HelmCall): Promise<number> {
  const known = await revisions(api, namespace, words[0] ?? '');
  if (known.length === 0) throw new ToolFailure('release: not found');
  const facts = known.map(({ version, info, chart }) => ({
    revision: version,
    updated: info.last_deployed,
    status: info.status,
    chart: `${chart.metadata.name}-${chart.metadata.version}`,
    app_version: chart.metadata.appVersion ?? '',
    description: info.description,
  }));
  if (flags.value('output') === 'json') {
    call.out(`${JSON.stringify(facts)}\n`);
    return 0;
  }
  const rows = facts.map(one => [
    String(one.revision),
    calendar(one.updated),
    one.status,
    one.chart,
    one.app_version,
    one.description,
  ]);
  call.out(tabbed([['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'], ...rows]));
  return 0;
}

/** `helm get manifest NAME`. */
export async function manifest(helm: HelmCall): Promise<number> {
  helm.call.out(`${(await findRevision(helm)).manifest}\n`);
  return 0;
}

async function findRevision({ api, flags, words, namespace }: HelmCall): Promise<HelmRelease> {
  const known = await revisions(api, namespace, words[0] ?? '');
  const wanted = flags.value('revision');
  const found = wanted ? known.find(one => one.version === Number(wanted)) : known.at(-1);
  if (!found) throw new ToolFailure('release: not found');
  return found;
}
