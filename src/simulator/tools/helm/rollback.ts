import { releaseObjects } from '../../seed/releases.ts';
import { ApiRefusal } from '../api.ts';
import { durationMs } from '../flags.ts';
import { ToolFailure } from '../tool.ts';
import { applyObjects } from './apply.ts';
import { type HelmCall, reasonOf } from './call.ts';
import { onInterrupt } from './interrupt.ts';
import { waitUntilReady } from './ready.ts';
import { deployRevision, revisions, storeRevision, turnRevision } from './storage.ts';

/** `helm rollback NAME [REVISION]`: unlike an upgrade it minds no pending revision. */
export async function rollback(helm: HelmCall): Promise<number> {
  const { api, namespace, waiting, flags, call } = helm;
  const [name = '', wanted] = helm.words;
  const known = await revisions(api, namespace, name);
  const newest = known.at(-1);
  if (!newest) throw new ToolFailure('release: not found');
  const number = Number(wanted ?? 0) || newest.version - 1;
  const target = known.find(one => one.version === number);
  if (!target) throw new ToolFailure(`release has no ${number} version`);
  const objects = releaseObjects(name, target.config);
  const { version } = target.chart.metadata;
  const release = await storeRevision(api, known, {
    name,
    namespace,
    status: 'pending-rollback',
    objects,
    config: target.config,
    version,
  });
  const interrupt = onInterrupt(() => {});
  try {
    await applyObjects(api, waiting, objects);
    if (interrupt.signal.aborted) throw new ToolFailure('context canceled');
    const withinMs = durationMs(flags.value('timeout') ?? '5m') ?? 300_000;
    const end = flags.has('wait')
      ? await waitUntilReady(api, waiting, objects, { withinMs, signal: interrupt.signal })
      : 'done';
    if (end !== 'done')
      throw new ToolFailure(end === 'timeout' ? 'context deadline exceeded' : 'context canceled');
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ApiRefusal)) throw error;
    await turnRevision(api, release, 'failed', `Rollback "${name}" failed: ${reasonOf(error)}`);
    throw error;
  } finally {
    interrupt.stop();
  }
  await deployRevision(api, known, release, {
    description: `Rollback to ${number}`,
    keep: Number(flags.value('history-max') ?? 10),
  });
  call.out('Rollback was a success! Happy Helming!\n');
  return 0;
}
