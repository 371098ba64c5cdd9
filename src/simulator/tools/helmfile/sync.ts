import { ToolFailure } from '../tool.ts';
import { speedOf } from '../waiting.ts';
import { type Ended, failureBlocks } from './child.ts';
import { contextArgs } from './each.ts';
import type { HelmfileCall } from './helmfile.ts';
import { chartPath, prepareCharts } from './prepare.ts';
import { checkValues, type Release } from './state.ts';
import { type Row, releaseReport } from './summary.ts';

const INTERRUPTED = 130;
const TERMINATED = 143;

/**
 * `helmfile sync`: an upgrade of each release, group by group; the first group with a failure is the last.
 * Everything it says goes to standard error. An interrupt is passed on to helm and waited for.
 */
export async function sync(helmfile: HelmfileCall): Promise<number> {
  const { call, helms, groups, state } = helmfile;
  let stoppedBy = 0;
  const stop = (code: number) => () => {
    stoppedBy ||= code;
    helms.interrupt();
  };
  const [onInterrupt, onTerminate] = [stop(INTERRUPTED), stop(TERMINATED)];
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  const updated: Row[] = [];
  const failed: (Row & { readonly why: string })[] = [];
  try {
    await prepareCharts(helmfile);
    for (const group of groups) {
      if (failed.length > 0 || stoppedBy > 0) break;
      const ends = await Promise.all(group.map(release => syncOne(helmfile, release)));
      for (const { row, why } of ends) {
        if (why === null) updated.push(row);
        else failed.push({ ...row, why });
      }
    }
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
  call.err(releaseReport(updated, failed));
  if (stoppedBy > 0) return stoppedBy;
  for (const { release, why } of failed)
    call.err(`in ${state.shown}: failed processing release ${release.name}: ${why}\n`);
  return failed.length > 0 ? 1 : 0;
}

async function syncOne(helmfile: HelmfileCall, release: Release): Promise<{ row: Row; why: string | null }> {
  const { call, helms } = helmfile;
  const start = performance.now();
  const took = (): number => ((performance.now() - start) * speedOf(call.env)) / 1000;
  const { name, namespace } = release;
  let values: readonly string[];
  try {
    values = checkValues(helmfile.state, release);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    return {
      row: { release, version: '', seconds: took() },
      why: error.message.split(`${name}: `)[1] ?? error.message,
    };
  }
  call.err(`Upgrading release=${name}, chart=${chartPath(release)}, namespace=${namespace}\n`);
  const ended = await helms.run(upgradeArgs(helmfile, release, values));
  if (ended.stdout) call.err(`${ended.stdout}\n`);
  if (ended.code !== 0) return { row: { release, version: '', seconds: took() }, why: failureBlocks(ended) };
  const listed = await listOne(helmfile, release);
  call.err(`Listing releases matching ^${name}$\n${listed.stdout}\n`);
  return { row: { release, version: release.version, seconds: took() }, why: null };
}

function listOne({ helms, flags }: HelmfileCall, { name, namespace }: Release): Promise<Ended> {
  const context = contextArgs(flags.value('kube-context'));
  return helms.run([
    ...context,
    'list',
    '--filter',
    `^${name}$`,
    '--namespace',
    namespace,
    '--all',
    '--no-headers',
  ]);
}

/** In helmfile's order. */
function upgradeArgs(
  { flags, state }: HelmfileCall,
  release: Release,
  values: readonly string[],
): readonly string[] {
  const { name, namespace, version, atomic } = release;
  const context = contextArgs(flags.value('kube-context'));
  const extra = [flags.value('args'), flags.value('sync-args')].flatMap(
    text => text?.split(' ').filter(Boolean) ?? [],
  );
  return [
    ...context,
    'upgrade',
    '--install',
    name,
    chartPath(release),
    ...(version ? ['--version', version] : []),
    ...(state.wait || flags.has('wait') ? ['--wait'] : []),
    '--timeout',
    `${state.timeout}s`,
    ...(atomic ? ['--atomic'] : []),
    '--create-namespace',
    ...context,
    ...(flags.has('hide-notes') ? ['--hide-notes'] : []),
    '--namespace',
    namespace,
    ...values.flatMap(path => ['--values', path]),
    '--reset-values',
    '--history-max',
    '10',
    ...extra,
  ];
}
