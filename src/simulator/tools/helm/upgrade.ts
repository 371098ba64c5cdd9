import { type HelmRelease, RELEASES, releaseObjects } from '../../seed/releases.ts';
import type { Json } from '../../world.ts';
import { ApiRefusal } from '../api.ts';
import { durationMs } from '../flags.ts';
import { ToolFailure } from '../tool.ts';
import { applyObjects, checkKinds } from './apply.ts';
import { applyOnServer } from './apply-on-server.ts';
import { type HelmCall, isServerSide, reasonOf } from './call.ts';
import { onInterrupt } from './interrupt.ts';
import { waitUntilReady } from './ready.ts';
import { statusText } from './show.ts';
import { deployRevision, revisions, storeRevision, turnRevision } from './storage.ts';

const PULL_MS = 1_500;
const RENDER_MS = 500;
const KEEP = 10;

interface Work {
  readonly helm: HelmCall;
  readonly name: string;
  readonly known: readonly HelmRelease[];
  readonly objects: readonly Json[];
  readonly signal: AbortSignal;
}

/** `helm upgrade --install`. An interrupt marks the revision failed; a kill leaves it pending, which locks the release. */
export async function upgrade(helm: HelmCall): Promise<number> {
  const [name = '', chart = ''] = helm.words;
  const { call, api, waiting, flags, namespace } = helm;
  const interrupt = onInterrupt(() => call.out(`Release ${name} has been cancelled.\n`));
  try {
    const known = await revisions(api, namespace, name);
    const install = known.length === 0 || known.at(-1)?.info.status === 'uninstalled';
    if (install && !flags.has('install'))
      throw new ToolFailure(`UPGRADE FAILED: "${name}" has no deployed releases`);
    if (install) call.out(`Release "${name}" does not exist. Installing it now.\n`);
    const facts = RELEASES.find(one => one.name === name);
    if (!facts) throw new ToolFailure(`failed to download "${chart}"`);
    await waiting.pause(PULL_MS, interrupt.signal);
    const objects = releaseObjects(name, known.at(-1)?.config ?? {});
    const prefix = install ? '' : 'UPGRADE FAILED: ';
    const release = await perform({ helm, name, known, objects, signal: interrupt.signal }, install).catch(
      error => {
        throw error instanceof ToolFailure ? new ToolFailure(`${prefix}${error.message}`) : error;
      },
    );
    if (!install) call.out(`Release "${name}" has been upgraded. Happy Helming!\n`);
    call.out(statusText({ ...release, info: { ...release.info, status: 'deployed' } }));
    return 0;
  } finally {
    interrupt.stop();
  }
}

async function perform(work: Work, install: boolean): Promise<HelmRelease> {
  const { helm, name, known, objects, signal } = work;
  const { api, flags, namespace, waiting } = helm;
  if (known.at(-1)?.info.status.startsWith('pending-')) {
    throw new ToolFailure('another operation (install/upgrade/rollback) is in progress');
  }
  await checkKinds(api, objects);
  if (signal.aborted) throw new ToolFailure('context canceled');
  if (install && flags.has('create-namespace')) await ensureNamespace(helm);
  const status = install ? 'pending-install' : 'pending-upgrade';
  const config = known.at(-1)?.config ?? {};
  const release = await storeRevision(api, known, {
    name,
    namespace,
    status,
    objects,
    config,
    version: flags.value('version'),
  });
  await waiting.pause(RENDER_MS, signal);
  try {
    if (!signal.aborted)
      await (isServerSide(helm.call.env)
        ? applyOnServer(api, waiting, objects, flags.has('force-conflicts'))
        : applyObjects(api, waiting, objects));
    await finishWaiting(work);
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ApiRefusal)) throw error;
    const why = reasonOf(error);
    await turnRevision(api, release, 'failed', `${install ? 'Release' : 'Upgrade'} "${name}" failed: ${why}`);
    throw new ToolFailure(why);
  }
  const description = install ? 'Install complete' : 'Upgrade complete';
  await deployRevision(api, known, release, {
    description,
    keep: Number(flags.value('history-max') ?? KEEP),
  });
  return release;
}

async function finishWaiting({ helm, objects, signal }: Work): Promise<void> {
  const { api, waiting, flags } = helm;
  if (signal.aborted) throw new ToolFailure('context canceled');
  if (!flags.has('wait') && !flags.has('atomic')) return;
  const withinMs = durationMs(flags.value('timeout') ?? '5m') ?? 300_000;
  const end = await waitUntilReady(api, waiting, objects, { withinMs, signal });
  if (end === 'cancelled') throw new ToolFailure('context canceled');
  if (end === 'timeout') throw new ToolFailure('context deadline exceeded');
}

async function ensureNamespace({ api, namespace }: HelmCall): Promise<void> {
  if (await api.find(`/api/v1/namespaces/${namespace}`)) return;
  const body = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { name: namespace } },
  };
  await api.send('/api/v1/namespaces', { method: 'POST', body });
}
