import { type ObjectRow, objectRows } from '../../store/select/objects.ts';
import { type Safe, say } from '../../text/safe.ts';
import { age } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { cell, line, type Row, span, spread } from '../row.ts';
import { type Page, scrolled, type TabView, windowStart } from './page.ts';

/** The objects of the selected layer, one line each; Enter shows one in full. */
export const objects: TabView = (scene, columns, rows): Page => {
  const all = objectRows(scene.state);
  if (all.length === 0) {
    const text =
      scene.state.view.filter === '' ? say`no objects are known here` : say`no object matches the filter`;
    return scrolled([line(text, 'dim')], 0, rows);
  }
  const selected = Math.min(scene.state.view.scroll.objects, all.length - 1);
  const start = windowStart(selected, all.length, rows);
  const shown = all
    .slice(start, start + rows)
    .map((row, i) => objectRow(row, scene, columns, start + i === selected));
  return { rows: shown, page: rows, total: all.length };
};

function objectRow(row: ObjectRow, scene: Scene, columns: number, isSelected: boolean): Row {
  const { look } = scene;
  const mark = isSelected && scene.state.view.focus === 'side' ? ('▸' as Safe) : (' ' as Safe);
  const name = row.ref.namespace === null ? row.ref.name : say`${row.ref.namespace}/${row.ref.name}`;
  const kindColumns = columns < 60 ? 8 : 13;
  const nameColumns = Math.max(12, Math.floor((columns - kindColumns) * 0.5));
  const tone = row.tone === 'dim' ? 'dim' : row.tone;
  const left = [
    span(mark, 'key'),
    ...cell(shortKind(row.ref.kind), kindColumns, look, 'dim'),
    ...cell(name, nameColumns, look, isSelected ? 'strong' : 'plain'),
    span(say` ${row.word}`, tone),
    span(row.note === '' ? ('' as Safe) : say`  ${row.note}`, 'dim'),
  ];
  const since = row.since === null ? ('' as Safe) : say` ${age(scene.time - row.since)}`;
  return spread(left, [span(since, 'dim')], columns, look);
}

const shorter: Readonly<Record<string, Safe>> = {
  Kustomization: 'Kustomizat.' as Safe,
  GitRepository: 'GitRepo' as Safe,
  OCIRepository: 'OCIRepo' as Safe,
  HelmRepository: 'HelmRepo' as Safe,
  EndpointSlice: 'Endpoints' as Safe,
};

function shortKind(kind: Safe): Safe {
  return shorter[kind] ?? kind;
}
