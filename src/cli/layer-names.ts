import { type LayerId, layerIds } from '../layers/layer.ts';
import { UsageError } from './arguments.ts';

/** Layers by id or by the digit of their key, also several with commas. Throws UsageError for anything else. */
export function layersNamed(flag: string, words: readonly string[]): readonly LayerId[] {
  return words
    .flatMap(word => word.split(','))
    .map(word => {
      const id = layerIds.find((one, key) => one === word || String(key) === word);
      if (id === undefined)
        throw new UsageError(`--${flag} cannot be '${word}'; it is one of ${layerIds.join(', ')}`);
      return id;
    });
}
