import { field } from '../../text/field.ts';
import { redact } from '../../text/redact.ts';
import { type Safe, say } from '../../text/safe.ts';
import { blank, compact, fitted, line, type Row, wrapped } from '../row.ts';
import type { Look } from '../theme.ts';

/** What stands in place of a view that an error of ours keeps from being drawn: the watch goes on, and another view may work. */
export function undrawn(
  error: unknown,
  report: Safe | null,
  look: Look,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly Row[] {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const room = Math.max(8, columns - 2);
  const indent = ' ' as Safe;
  const where = report === null ? [] : wrapped(say`a report is in ${report}`, room, look, 'dim', indent);
  const lines = [
    ...wrapped(
      say`✗ groundup cannot draw this view because of an error in itself`,
      room,
      look,
      'bad',
      indent,
    ),
    ...wrapped(field(redact(reason)), room, look, 'plain', indent).slice(0, 3),
    ...where,
    blank,
    line(say` The watch goes on. Esc back · 0-7 layer · q quit`, 'key'),
  ];
  return Array.from({ length: rows }, (_, i) => compact(fitted(lines[i] ?? blank, columns, look)));
}
