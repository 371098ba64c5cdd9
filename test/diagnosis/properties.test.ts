import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type StreamId, streamIds } from '../../src/cluster/streams.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import type { Raw } from '../layers/raw-objects.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const names = Object.keys(scenarios) as readonly ScenarioName[];

/** Every place in a JSON value that can be replaced. */
function paths(value: Raw, at: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  const inner = Object.keys(value).flatMap(key =>
    paths(value[key], [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return [[...at], ...inner].filter(path => path.length > 0);
}

function replace(value: Raw, path: readonly (string | number)[], by: unknown): void {
  const parent = path.slice(0, -1).reduce((a, key) => a?.[key], value);
  const key = path.at(-1);
  if (typeof parent === 'object' && parent !== null && key !== undefined) parent[key] = by;
}

const odd = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    '',
    'True',
    'False',
    'Unknown',
    '\u001b[31m',
    '__proto__',
    'constructor',
    -1,
    1e300,
    null,
    [],
    {},
    '9999-99-99',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

test('no object, however odd, makes a rule throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(fc.record({ at: fc.nat(), by: odd }), { minLength: 1, maxLength: 6 }),
      (name, changes) => {
        const given = scenarios[name]();
        const places = paths(given.objects);
        for (const { at, by } of changes) replace(given.objects, places[at % places.length] ?? [], by);
        const objects = Object.fromEntries(
          Object.entries(given.objects).map(([id, list]) => [id, Array.isArray(list) ? list : []]),
        );
        const { layers } = diagnose(snapshotOf({ ...given, objects }));
        expect(layers).toHaveLength(8);
        expect(layers.filter(layer => layer.summary.startsWith('cannot be judged'))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test('arbitrary objects beside a broken layer never turn it green', () => {
  const fault = fc.constantFrom(
    'cniGone',
    'nodeDown',
    'apiDown',
    'etcdFailing',
    'webhookDeadlock',
    'writesFail',
  );
  const junk = fc.record({
    metadata: fc.record({
      name: fc.string({ minLength: 1, maxLength: 12 }).map(name => `junk-${name}`),
      namespace: fc.constantFrom('apps', 'junk'),
      labels: fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })),
    }),
    spec: fc.object({ maxDepth: 3 }),
    status: fc.object({ maxDepth: 3 }),
  });
  const streams = fc.constantFrom<StreamId>(
    'pods-pending',
    'daemonsets',
    'events',
    'crds',
    'services-system',
  );
  fc.assert(
    fc.property(fault, fc.array(fc.tuple(streams, junk), { maxLength: 8 }), (name, additions) => {
      const given = scenarios[name]();
      const before = diagnose(snapshotOf(given));
      const objects: Record<string, Raw[]> = { ...given.objects };
      for (const [id, object] of additions) objects[id] = [...(objects[id] ?? []), object];
      const after = diagnose(snapshotOf({ ...given, objects }));
      for (const [index, layer] of after.layers.entries()) {
        if (layer.verdict === 'healthy') expect(before.layers[index]?.verdict).toBe('healthy');
      }
      expect(after.root?.problem).toBe(before.root?.problem);
    }),
    { numRuns: 150 },
  );
});

test('what is not live is never green', () => {
  const state = fc.constantFrom(
    { state: 'waiting' },
    { state: 'stale', confirmedAt: 1, reason: 'silent', message: 'silent' },
    { state: 'failed', reason: 'rbac', message: 'forbidden' },
    { state: 'failed', reason: 'parse', message: 'odd' },
  ) as fc.Arbitrary<never>;
  fc.assert(
    fc.property(state, freshness => {
      const everything = Object.fromEntries(streamIds.map(id => [id, freshness]));
      const { layers, verdict } = diagnose(snapshotOf({ ...healthyCluster(), freshness: everything }));
      expect(layers.slice(1).filter(layer => layer.verdict !== 'unknown')).toEqual([]);
      expect(verdict).toBe('unknown');
    }),
  );
});

test('the order in which objects arrive does not matter', () => {
  const order = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(fc.constantFrom(...names), order, (name, numbers) => {
      const given = scenarios[name]();
      const shuffled = Object.fromEntries(
        Object.entries(given.objects).map(([id, list]) => [
          id,
          (list as Raw[])
            .map(object => ({ object, at: numbers.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ object }) => object),
        ]),
      );
      expect(diagnose(snapshotOf({ ...given, objects: shuffled }))).toEqual(diagnose(snapshotOf(given)));
    }),
    { numRuns: 100 },
  );
});
