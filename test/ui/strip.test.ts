import { describe, expect, it } from 'vitest';
import { initialState } from '../../src/store/app-state.ts';
import type { ClusterCell } from '../../src/store/cluster-cell.ts';
import { field } from '../../src/text/field.ts';
import { strip } from '../../src/ui/panes/strip.ts';
import { plain } from '../../src/ui/row.ts';

const NOW = 1_000_000_000;
const cell = (context: string, given: Partial<ClusterCell> = {}): ClusterCell => ({
  context: field(context),
  verdict: 'healthy',
  layer: null,
  seenAt: NOW - 1_000,
  ...given,
});

function drawn(clusters: readonly ClusterCell[], columns = 100): string | null {
  const names = clusters.map(one => one.context);
  const mode = {
    badge: null,
    readOnly: false,
    server: field(''),
    faults: [],
    version: field(''),
    clock: true,
  };
  const state = { ...initialState({ ...mode, context: field('a'), contexts: names }), clusters };
  const row = strip(
    { state, now: NOW, time: NOW, present: NOW, turn: 0, look: { colour: false, ascii: false } },
    columns,
  );
  return row === null ? null : plain(row).trimEnd();
}

describe('the strip of clusters', () => {
  it('is not there for one cluster', () => {
    expect(drawn([cell('a')])).toBeNull();
    expect(drawn([])).toBeNull();
  });

  it.each<[string, Partial<ClusterCell>, string]>([
    ['a healthy one', {}, '● b healthy'],
    ['one that is down, with the layer of its root', { verdict: 'down', layer: 'cni' }, '✗ b down CNI'],
    ['one that was not looked at yet', { verdict: null, seenAt: null }, '? b asking'],
    ['one that cannot be judged', { verdict: 'unknown' }, '? b unknown'],
    ['one that nobody has looked at lately', { seenAt: NOW - 300_000 }, '? b was healthy'],
  ])('tells %s', (_what, given, text) => {
    expect(drawn([cell('a'), cell('b', given)])).toBe(` ● [a] healthy   ${text}`);
  });

  it('leaves out words before it leaves out clusters, and never grows beyond the screen', () => {
    const clusters = ['a', 'b', 'c', 'd'].map(name => cell(name, { verdict: 'down', layer: 'dns' }));
    expect(drawn(clusters, 30)).toMatch(/^ ✗ \[a\] DNS {3}✗ b DNS.*…$/);
    expect(drawn(clusters, 30)?.length).toBeLessThanOrEqual(30);
    expect(drawn(clusters, 50)).toBe(' ✗ [a] DNS   ✗ b DNS   ✗ c DNS   ✗ d DNS');
  });
});
