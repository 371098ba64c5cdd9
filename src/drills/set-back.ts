import { refText } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type Change, drillMark, merge, type Place, type Reversible } from './change.ts';
import { deletion } from './deletion.ts';
import type { Harm, Manifest } from './drill.ts';

/** One field gets another value and then its old one, where it still has the new. */
export function setting(
  { object, path, word, command }: Place,
  { at, from, to }: Extract<Harm, { kind: 'set' }>,
): Reversible {
  const change = (value: string, title: string): Omit<Change, 'onlyIf'> => {
    const body = at.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    return {
      title,
      method: 'PATCH',
      path,
      contentType: merge,
      body,
      command: command('patch', word, '--type=merge', '-p', JSON.stringify(body)),
      ...(object.kind === 'Secret' ? { metadataOnly: true } : {}),
    };
  };
  const what = field(at.join('.'));
  const changed = { path, state: 'set', at, value: to } as const;
  return {
    harm: { ...change(to, say`set ${what} of ${refText(object)} to ${field(to)}`), onlyIf: null },
    undo: { ...change(from, say`set ${what} of ${refText(object)} back to ${field(from)}`), onlyIf: changed },
  };
}

/** A new object, and its deletion: only of what carries the mark of drills. */
export function creating(place: Place, manifest: Manifest): Reversible {
  const { object, path, command } = place;
  const body = {
    ...manifest,
    metadata: { ...manifest.metadata, labels: { [drillMark]: 'true' } },
  };
  return {
    harm: {
      title: say`create ${refText(object)}`,
      method: 'POST',
      path: path.replace(/\/[^/]*$/, ''),
      contentType: 'application/json',
      body,
      command: command('create', '-f', JSON.stringify(body)),
      onlyIf: null,
    },
    undo: { ...deletion(place), onlyIf: { path, state: 'ours' } },
  };
}

/** A pod goes; whoever made it makes another one. */
export function killing(place: Place): Reversible {
  return { harm: { ...deletion(place), onlyIf: null }, undo: null };
}

const requested = 'reconcile.fluxcd.io/requestedAt';

/** `now`: cluster time (epoch ms); any new value makes Flux look. */
export function asking({ object, path, word, command }: Place, now: number): Reversible {
  return {
    harm: {
      title: say`ask Flux to look at ${refText(object)} now`,
      method: 'PATCH',
      path,
      contentType: merge,
      body: { metadata: { annotations: { [requested]: new Date(now).toISOString() } } },
      command: command('annotate', '--overwrite', word, `${requested}=NOW`),
      onlyIf: null,
    },
    undo: null,
  };
}
