import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { checkReport } from '../../src/report/check-report.ts';
import { formats } from '../../src/report/index.ts';
import type { Expectation, Fault } from '../../src/simulator/faults/fault.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { openScene, type Scene, told } from './simulated.ts';

/** How long a fault is looked at after it was named, in the cluster's time, ms. */
const WATCHED = 60_000;

describe('every named fault', () => {
  // Their time is spent waiting for the simulated cluster, so several can be waited for at once.
  it.concurrent.each(FAULTS.map(fault => [fault.name, fault] as const))(
    '%s is named by its layer and object, is never green while it lasts, and undoing it turns the cluster green again',
    async (_name, fault) => {
      const scene = await openScene();
      try {
        await playThrough(scene, fault);
      } finally {
        await scene.close();
      }
    },
  );
});

async function playThrough(scene: Scene, fault: Fault): Promise<void> {
  const { clock } = scene.simulated;
  await scene.until('healthy at first', ({ verdict }) => verdict === 'healthy');
  fault.apply(scene.simulated);
  const wanted = [fault.expects, ...(fault.alsoExpects ?? [])];
  const broken = wanted.map(({ layer }) => layer);
  const seen = await scene.until('the right roots', diagnosis => areNamed(diagnosis, wanted));
  expect(areNamedInJson(seen, wanted), told(seen)).toBe(true);
  expect(seen.verdict, told(seen)).not.toBe('healthy');
  const until = clock.now() + WATCHED;
  await scene.until('never green meanwhile', diagnosis => {
    expect(greenAmong(diagnosis, broken), told(diagnosis)).toEqual([]);
    return clock.now() > until;
  });
  await scene.until('still the right roots', diagnosis => areNamed(diagnosis, wanted));
  fault.undo?.(scene.simulated);
  await scene.until('healthy again', ({ verdict }) => verdict === 'healthy');
}

function greenAmong(diagnosis: Diagnosis, broken: readonly string[]): readonly string[] {
  return diagnosis.layers.flatMap(({ id, verdict }) =>
    broken.includes(id) && verdict === 'healthy' ? [id] : [],
  );
}

/** The first of them must be the root; the others may be roots beside it. */
function areNamed({ root, otherRoots }: Diagnosis, wanted: readonly Expectation[]): boolean {
  return wanted.every((one, at) => (at === 0 ? [root] : [root, ...otherRoots]).some(of => fits(of, one)));
}

function areNamedInJson(diagnosis: Diagnosis, wanted: readonly Expectation[]): boolean {
  const { root, otherRoots } = JSON.parse(formats.json(checkReport(diagnosis, new Map())));
  return areNamed({ ...diagnosis, root, otherRoots }, wanted);
}

interface Named {
  readonly layer: string;
  readonly object: { readonly kind: string; readonly namespace: string | null; readonly name: string } | null;
}

function fits(root: Named | null, { layer, objectKind, objectName }: Expectation): boolean {
  if (root === null) return false;
  const { object } = root;
  const name =
    object === null ? null : object.namespace === null ? object.name : `${object.namespace}/${object.name}`;
  return root.layer === layer && (object?.kind ?? null) === objectKind && name === objectName;
}
