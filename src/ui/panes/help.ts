import { whyDisabled } from '../../store/select/disabled.ts';
import { type Safe, say } from '../../text/safe.ts';
import { type Binding, type Group, groupTitles } from '../binding.ts';
import { keymapOf } from '../keymap.ts';
import { beside, blank, cell, fitted, line, type Row, span } from '../row.ts';
import type { Scene } from './scene.ts';

const order: readonly Group[] = ['looking', 'changing', 'panes', 'screen', 'past'];

/** All keys, grouped; with room in two columns. Keys that do nothing now say why. */
export function helpRows(scene: Scene, columns: number): Row[] {
  const groups = order.map(group =>
    groupRows(group, scene, columns >= 84 ? Math.floor(columns / 2) - 1 : columns),
  );
  if (columns < 84) return groups.flatMap(rows => [...rows, blank]);
  const half = Math.floor(columns / 2);
  const left = [...(groups[0] ?? []), blank, ...(groups[4] ?? []), blank, ...(groups[3] ?? [])];
  const right = [...(groups[1] ?? []), blank, ...(groups[2] ?? [])];
  const height = Math.max(left.length, right.length);
  const filled = Array.from({ length: height }, (_, i) => fitted(left[i] ?? blank, half, scene.look));
  return beside(filled, right);
}

function groupRows(group: Group, scene: Scene, columns: number): Row[] {
  const mine = keymapOf(scene.state).bindings.filter(binding => binding.group === group);
  return [line(groupTitles[group], 'strong'), ...mine.map(binding => helpRow(binding, scene, columns))];
}

function helpRow(binding: Binding, scene: Scene, columns: number): Row {
  const reason = whyDisabled(scene.state, binding.intent(binding.keys[0] ?? '', scene.state));
  const text = reason === null ? binding.help : say`${binding.help}; now: ${reason}`;
  return [
    ...cell(say`  ${binding.label}`, 9, scene.look, reason === null ? 'key' : 'dim'),
    ...cell(text, Math.max(8, columns - 9), scene.look, reason === null ? 'plain' : 'dim'),
    span('' as Safe),
  ];
}
