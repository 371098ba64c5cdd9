import type { Banner } from '../../store/select/banner.ts';
import { argvLine } from '../../store/select/command-line.ts';
import { firstKey } from '../../store/taste.ts';
import { say } from '../../text/safe.ts';
import { line, type Row, span, spread } from '../row.ts';
import type { Scene } from './scene.ts';

/** What is about to happen by itself, and the key that stops it. */
export function counting(
  found: Extract<Banner, { kind: 'countdown' }>,
  scene: Scene,
  columns: number,
): Row[] {
  const { remedy, until, cause } = found;
  const left = Math.max(0, Math.ceil((until - scene.now) / 1000));
  const first = [span(say` ▲ HEALS ITSELF in ${left} s  `, 'warn'), span(remedy.title, 'strong')];
  const stop = [span(firstKey(scene.state.mode.taste, 'heal', say`H`), 'key'), span(say` stops it `)];
  const command = remedy.commands[0] ?? [];
  return [
    spread(first, stop, columns, scene.look),
    line(say`   because  ${cause ?? say`it is opted in`}`, 'dim'),
    [span(say`   $ `, 'dim'), span(argvLine(command), 'key')],
  ];
}
