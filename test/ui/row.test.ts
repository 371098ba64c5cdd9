import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { box } from '../../src/ui/box.ts';
import {
  clipRow,
  columnsOf,
  compact,
  fitted,
  over,
  plain,
  type Row,
  sameRow,
  span,
  spread,
  wrappedTo,
} from '../../src/ui/row.ts';

const look = { colour: true, ascii: false };
const ascii = { colour: true, ascii: true };
const row = (...texts: readonly string[]): Row => texts.map(text => span(field(text)));

const foreign = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('漢字', '🙂', 'é', 'a\u0301', '…', '→ ●'),
);

describe('a line of the screen', () => {
  it('is filled up or cut to exactly its columns, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(foreign, { maxLength: 6 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        (texts, columns, isAscii) => {
          expect(columnsOf(fitted(row(...texts), columns, isAscii ? ascii : look))).toBe(columns);
        },
      ),
    );
  });

  it('says with … that something was cut, also at the edge of a piece', () => {
    expect(plain(clipRow(row('abc', 'def'), 5, look))).toBe('abcd…');
    expect(plain(clipRow(row('abc', 'def'), 3, look))).toBe('ab…');
    expect(plain(clipRow(row('abc', 'def'), 6, look))).toBe('abcdef');
    expect(plain(clipRow(row('abcdef'), 3, ascii))).toBe('ab~');
  });

  it('keeps the right edge when both sides do not fit', () => {
    expect(plain(spread(row('a long left side'), row(' 4m'), 10, look))).toBe('a long… 4m');
  });

  it('is drawn over another without moving what is left and right of it', () => {
    const under = [row('0123456789'), row('漢字漢字漢')];
    const covered = over(under, [row('ab'), row('cd')], 0, 3, 10, look).map(plain);
    expect(covered).toEqual(['012ab56789', '漢 cd 字漢']);
  });

  it('is made of as few pieces as it has meanings', () => {
    const many: Row = [
      span(field('a'), 'ok'),
      span(field('  ')),
      span(field('b'), 'ok'),
      span(field(''), 'bad'),
      span(field(' c'), 'bad'),
    ];
    expect(compact(many)).toEqual([span(field('a  b'), 'ok'), span(field(' c'), 'bad')]);
    expect(sameRow(compact(many), compact(many))).toBe(true);
    expect(sameRow(many, compact(many))).toBe(false);
  });

  it('keeps what stands left and right apart, also where there is not room for both', () => {
    const both = spread(row('waiting to see: healthy'), row('X stop'), 20, look);
    expect(plain(both)).toBe('waiting to s… X stop');
    expect(plain(spread(row('left'), row('  3m '), 9, look))).toBe('left  3m ');
  });

  it('wraps to at most so many lines', () => {
    const rows = wrappedTo(2, field('one two three four five six'), 9, look, 'plain', field('| '));
    expect(rows.map(plain)).toEqual(['| one two', '| three …']);
  });
});

describe('a box', () => {
  it('has exactly its rows and columns', () => {
    fc.assert(
      fc.property(
        fc.array(foreign, { maxLength: 5 }),
        fc.integer({ min: 4, max: 30 }),
        fc.integer({ min: 2, max: 6 }),
        (texts, columns, rows) => {
          const drawn = box(
            texts.map(text => row(text)),
            { title: row('title'), corner: row('corner'), columns, rows },
            look,
          );
          expect(drawn).toHaveLength(rows);
          for (const one of drawn) expect(columnsOf(one)).toBe(columns);
        },
      ),
    );
  });

  it('shows its title left and its corner right', () => {
    const [top] = box([], { title: row(' 2 CNI'), corner: row('✗ down'), columns: 24, rows: 3 }, look);
    expect(plain(top ?? [])).toBe('╭ 2 CNI ─────── ✗ down ╮');
  });
});
