import { expect, it, vi } from 'vitest';
import type { LogEvidence } from '../../src/cluster/log-evidence.ts';
import { logShelf } from '../../src/kube/log-shelf.ts';
import { field } from '../../src/text/field.ts';

const evidence = (name: string, more: Partial<LogEvidence> = {}): LogEvidence => ({
  pod: { kind: field('Pod'), namespace: field('kube-system'), name: field(name) },
  container: field('main'),
  previous: false,
  at: 1,
  lines: [],
  refused: null,
  ...more,
});

it('keeps the newest word of each container, and of the run before it', () => {
  const changed = vi.fn();
  const shelf = logShelf(changed);
  shelf.put(evidence('a', { at: 1 }));
  shelf.put(evidence('a', { at: 2 }));
  shelf.put(evidence('a', { at: 3, previous: true }));
  expect(shelf.current().map(one => one.at)).toEqual([2, 3]);
  expect(changed).toHaveBeenCalledTimes(3);
});

it('keeps no more than 24 pods, those that were read last', () => {
  const shelf = logShelf(() => {});
  for (let i = 0; i < 30; i++) shelf.put(evidence(`pod-${i}`));
  shelf.put(evidence('pod-6', { at: 9 }));
  expect(shelf.current()).toHaveLength(24);
  expect(shelf.current().map(one => one.pod.name)).not.toContain('pod-5');
  expect(shelf.current().at(-1)).toMatchObject({ at: 9 });
});

it('is the same until it changes, and tells nobody when it forgets nothing', () => {
  const changed = vi.fn();
  const shelf = logShelf(changed);
  expect(shelf.current()).toBe(shelf.current());
  shelf.clear();
  expect(changed).not.toHaveBeenCalled();
  shelf.put(evidence('a'));
  shelf.clear();
  expect(shelf.current()).toEqual([]);
  expect(changed).toHaveBeenCalledTimes(2);
});
