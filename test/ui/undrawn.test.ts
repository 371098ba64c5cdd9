import { expect, it } from 'vitest';
import { realTimers } from '../../src/store/feed.ts';
import { createAppStore } from '../../src/store/store.ts';
import { field } from '../../src/text/field.ts';
import { screenClock } from '../../src/ui/clock.ts';
import { painter } from '../../src/ui/painter.ts';
import { plain } from '../../src/ui/row.ts';
import { press } from '../../src/ui/use-keys.ts';
import { cniGone, NOW } from './fixtures/story.ts';

it('a view that cannot be drawn says so, is reported once, and goes away with its cause', () => {
  const broken = { ...cniGone, view: { ...cniGone.view, overlay: { kind: 'no such overlay' } } };
  const store = createAppStore(broken as unknown as typeof cniGone);
  const now = (): number => NOW;
  const reported: unknown[] = [];
  const clock = screenClock(store, now, { ...realTimers, after: () => () => {} });
  const paint = painter(store, clock, { colour: false, ascii: false }, now, error => {
    reported.push(error);
    return field('~/.local/state/groundup/crashes/one.txt');
  });
  const screen = (columns: number): string => {
    const { rows } = paint.frameFor({ columns, rows: 24 });
    return rows.map(plain).join('\n');
  };
  expect(screen(80)).toContain('groundup cannot draw this view because of an error in itself');
  expect(screen(81)).toContain('a report is in ~/.local/state/groundup/crashes/one.txt');
  expect(
    screen(80)
      .split('\n')
      .every(row => row.length === 80),
  ).toBe(true);
  expect(reported).toHaveLength(1);
  expect(paint.last().isReadable).toBe(false);
  press({ store, painter: paint, perform: () => {}, now }, 'esc');
  expect(screen(80)).toContain('ROOT CAUSE');
});
