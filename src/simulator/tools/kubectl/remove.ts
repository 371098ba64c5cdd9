import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { objectsOf } from './get.ts';
import { collectionOf, discover, readAsked, shownName } from './resources.ts';

/** `kubectl delete TYPE NAME`: waits until it is gone. */
export async function remove(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, waiting } = kubectl;
  const asked = readAsked(await discover(kubectl), kubectl.words);
  const grace = flags.has('force') ? 0 : Number(flags.value('grace-period') ?? Number.NaN);
  for (const one of asked) {
    if (one.names.length === 0 && !flags.value('selector') && !flags.has('all')) {
      throw new ToolFailure('error: resource(s) were provided, but no name was specified');
    }
    for (const { metadata } of await objectsOf(kubectl, one)) {
      const path = `${collectionOf(one.kind, metadata.namespace)}/${metadata.name}`;
      const options = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(Number.isFinite(grace) ? { gracePeriodSeconds: grace } : {}),
      };
      await api.send(path, { method: 'DELETE', body: options });
      call.out(`${shownName(one.kind, '').slice(0, -1)} "${metadata.name}" deleted\n`);
      if (!waits(kubectl)) continue;
      const gone = async (): Promise<boolean> => (await api.find(path))?.metadata.uid !== metadata.uid;
      await waiting.until(gone, { everyMs: 1_000, withinMs: 600_000 });
    }
  }
  return 0;
}

/** `--wait` takes its value after `=` only, so it reads as a switch. */
function waits({ flags }: KubectlCall): boolean {
  return flags.values('wait').length === 0 || flags.has('wait');
}
