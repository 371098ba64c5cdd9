import { describe, expect, it } from 'vitest';
import { jsonPatch, mergePatch } from '../../../src/simulator/api/merge-patch.ts';
import { strategicPatch } from '../../../src/simulator/api/strategic-patch.ts';

describe('mergePatch', () => {
  it.each([
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 'text' }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('%j with %j gives %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});

describe('jsonPatch', () => {
  it.each([
    ['adds', [{ op: 'add', path: '/b', value: 2 }], { a: [1, 2], b: 2 }],
    ['inserts', [{ op: 'add', path: '/a/0', value: 0 }], { a: [0, 1, 2] }],
    ['appends', [{ op: 'add', path: '/a/-', value: 3 }], { a: [1, 2, 3] }],
    ['replaces an entry', [{ op: 'replace', path: '/a/1', value: 9 }], { a: [1, 9] }],
    ['removes', [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    ['moves', [{ op: 'move', from: '/a', path: '/b' }], { b: [1, 2] }],
    ['copies', [{ op: 'copy', from: '/a/0', path: '/b' }], { a: [1, 2], b: 1 }],
    ['unescapes', [{ op: 'add', path: '/x~1y~0z', value: 1 }], { a: [1, 2], 'x/y~z': 1 }],
  ])('%s', (_what, operations, result) => {
    expect(jsonPatch({ a: [1, 2] }, operations)).toEqual(result);
  });

  it.each([
    [{ op: 'test', path: '/a', value: 1 }, 'testing value /a failed'],
    [{ op: 'remove', path: '/nope' }, 'missing path: /nope'],
    [{ op: 'replace', path: '/nope', value: 1 }, 'missing path: /nope'],
    [{ op: 'add', path: '/no/where', value: 1 }, 'missing path: "/no/where"'],
    [{ op: 'jump', path: '/a' }, 'Unexpected kind: jump'],
  ])('refuses %j', (operation, message) => {
    expect(() => jsonPatch({ a: [1, 2] }, [operation])).toThrow(message);
  });
});

describe('strategicPatch', () => {
  const spec = {
    containers: [
      {
        name: 'app',
        image: 'app:1',
        env: [{ name: 'A', value: '1' }],
        ports: [{ containerPort: 80, name: 'http' }],
      },
      { name: 'side', image: 'side:1' },
    ],
    tolerations: [{ key: 'a' }],
    taints: [{ key: 'x', effect: 'NoSchedule' }],
  };

  it('merges containers by name, and their variables and ports by theirs', () => {
    const patch = {
      containers: [
        {
          name: 'app',
          image: 'app:2',
          env: [{ name: 'B', value: '2' }],
          ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }],
        },
      ],
    };
    expect(strategicPatch(spec, patch).containers).toEqual([
      {
        name: 'app',
        image: 'app:2',
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }],
      },
      { name: 'side', image: 'side:1' },
    ]);
  });

  it('removes an entry that is marked for it', () => {
    const result = strategicPatch(spec, { containers: [{ name: 'side', $patch: 'delete' }] });
    expect(result.containers.map((entry: { name: string }) => entry.name)).toEqual(['app']);
  });

  it('replaces lists without a key and merges taints by key', () => {
    const result = strategicPatch(spec, {
      tolerations: [{ key: 'b' }],
      taints: [{ key: 'y', effect: 'NoExecute' }],
    });
    expect(result.tolerations).toEqual([{ key: 'b' }]);
    expect(result.taints).toHaveLength(2);
  });

  it('puts entries into the order that the patch asks for', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'side' }, { name: 'app' }],
      containers: [{ name: 'app', image: 'app:3' }],
    };
    const result = strategicPatch(spec, patch);
    expect(result.containers.map((entry: { name: string }) => entry.name)).toEqual(['side', 'app']);
    expect(result).not.toHaveProperty('$setElementOrder/containers');
  });

  it('unites finalizers, and takes out what it is told to', () => {
    expect(strategicPatch({ finalizers: ['a'] }, { finalizers: ['b', 'a'] })).toEqual({
      finalizers: ['a', 'b'],
    });
    const patch = { '$deleteFromPrimitiveList/finalizers': ['a'] };
    expect(strategicPatch({ finalizers: ['a', 'b'] }, patch)).toEqual({ finalizers: ['b'] });
  });

  it('replaces a map marked for it, and keeps only the keys that are to be retained', () => {
    expect(strategicPatch({ a: { x: 1, y: 2 } }, { a: { $patch: 'replace', z: 3 } })).toEqual({
      a: { z: 3 },
    });
    const strategy = { strategy: { type: 'RollingUpdate', rollingUpdate: {} } };
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(strategicPatch(strategy, patch)).toEqual({ strategy: { type: 'Recreate' } });
  });
});
