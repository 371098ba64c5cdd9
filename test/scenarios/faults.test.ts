import { afterEach, describe, expect, it } from 'vitest';
import type { Diagnosis, Root } from '../../src/diagnosis/diagnosis.ts';
import type { Expectation } from '../../src/simulator/faults/fault.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { openScene, type Scene, told } from './simulated.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

describe('every named fault', () => {
  it.each(FAULTS.map(fault => [fault.name, fault] as const))(
    '%s is named by its layer and object, and undoing it turns the cluster green again',
    async (_name, fault) => {
      scene = await openScene();
      await scene.until('healthy at first', ({ verdict }) => verdict === 'healthy');
      fault.apply(scene.simulated);
      const wanted = [fault.expects, ...(fault.alsoExpects ?? [])];
      const seen = await scene.until('the right roots', diagnosis =>
        wanted.every((one, at) => isNamed(diagnosis, one, at === 0)),
      );
      const layer = seen.layers.find(one => one.id === fault.expects.layer);
      expect(layer?.verdict, told(seen)).not.toBe('healthy');
      fault.undo?.(scene.simulated);
      await scene.until('healthy again', ({ verdict }) => verdict === 'healthy', 25_000);
    },
    60_000,
  );
});

function isNamed(diagnosis: Diagnosis, wanted: Expectation, first: boolean): boolean {
  const roots = first ? [diagnosis.root] : [diagnosis.root, ...diagnosis.otherRoots];
  return roots.some(root => root !== null && fits(root, wanted));
}

function fits(root: Root, { layer, objectKind, objectName }: Expectation): boolean {
  const name =
    root.object === null
      ? null
      : root.object.namespace === null
        ? root.object.name
        : `${root.object.namespace}/${root.object.name}`;
  return root.layer === layer && (root.object?.kind ?? null) === objectKind && name === objectName;
}
