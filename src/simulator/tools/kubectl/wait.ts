import type { Json } from '../../world.ts';
import { durationMs } from '../flags.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { objectsOf } from './get.ts';
import { collectionOf, discover, readAsked, shownName } from './resources.ts';

const DEFAULT_MS = 30_000;

/** `kubectl wait --for=condition=NAME[=VALUE]|delete TYPE/NAME`. */
export async function wait(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, waiting } = kubectl;
  const meets = readFor(flags.value('for') ?? '');
  const withinMs = durationMs(flags.value('timeout') ?? '') ?? DEFAULT_MS;
  for (const one of readAsked(await discover(kubectl), kubectl.words)) {
    for (const { metadata } of await objectsOf(kubectl, one)) {
      const path = `${collectionOf(one.kind, metadata.namespace)}/${metadata.name}`;
      const met = async (): Promise<boolean> => meets(await api.find(path));
      const end = await waiting.until(met, { everyMs: 1_000, withinMs });
      const { plural, group } = one.kind;
      if (end !== 'done') {
        throw new ToolFailure(
          `error: timed out waiting for the condition on ${plural}${group && `.${group}`}/${metadata.name}`,
        );
      }
      call.out(`${shownName(one.kind, metadata.name)} condition met\n`);
    }
  }
  return 0;
}

function readFor(text: string): (live: Json | undefined) => boolean {
  if (text === 'delete') return live => live === undefined;
  if (text === 'create') return live => live !== undefined;
  const [, name = '', value = 'True'] = /^condition=([^=]+)(?:=(.+))?$/.exec(text) ?? [];
  if (!name) throw new ToolFailure(`error: unrecognized condition: "${text}"`);
  return live => {
    const found = live?.status?.conditions?.find(
      (one: Json) => one.type.toLowerCase() === name.toLowerCase(),
    );
    return found?.status.toLowerCase() === value.toLowerCase();
  };
}
