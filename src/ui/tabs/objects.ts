import { type ObjectRow, objectRows } from '../../store/select/objects.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { age } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { cell, line, type Row, span, spread } from '../row.ts';
import { type Page, scrolled, type TabView, windowStart } from './page.ts';

/** The objects of the selected layer, one line each; Enter shows one in full. */
export const objects: TabView = (scene, columns, rows): Page => {
  const all = objectRows(scene.state);
  if (all.length === 0) {
    const text =
      scene.state.view.asOf !== null
        ? say`objects are not remembered: Why and Components are`
        : scene.state.view.filter === ''
          ? say`no objects are known here`
          : say`no object matches the filter`;
    return scrolled([line(text, 'dim')], 0, rows);
  }
  const selected = Math.min(scene.state.view.scroll.objects, all.length - 1);
  const start = windowStart(selected, all.length, rows);
  const layout = layoutOf(all, columns);
  const shown = all
    .slice(start, start + rows)
    .map((row, i) => objectRow(row, layout, scene, columns, start + i === selected));
  return { rows: shown, page: rows, total: all.length };
};

/** Below this, kinds are named as kubectl abbreviates them. */
const NARROW = 60;

interface Layout {
  readonly kindOf: (kind: Safe) => Safe;
  readonly kind: number;
  readonly name: number;
  /** All objects lie in one namespace, so it need not be said on every line. */
  readonly isOneNamespace: boolean;
}

/** The widths of thousands of names are not measured anew for every frame. */
const layouts = new WeakMap<readonly ObjectRow[], { readonly columns: number; readonly layout: Layout }>();

function layoutOf(all: readonly ObjectRow[], columns: number): Layout {
  const known = layouts.get(all);
  if (known?.columns === columns) return known.layout;
  const layout = measured(all, columns);
  layouts.set(all, { columns, layout });
  return layout;
}

/** As much room for names as they need and up to two thirds: a name that is cut names nothing. */
function measured(all: readonly ObjectRow[], columns: number): Layout {
  const isOneNamespace = new Set(all.map(({ ref }) => ref.namespace)).size === 1;
  const kindOf = columns < NARROW ? shortestKind : shortKind;
  const most = (widthOf: (row: ObjectRow) => number): number =>
    all.reduce((widest, row) => Math.max(widest, widthOf(row)), 0);
  const kind = most(({ ref }) => kindOf(ref.kind).length) + 1;
  const longest = most(row => width(nameOf(row, isOneNamespace)));
  const room = Math.floor(((columns - kind) * 2) / 3);
  return { kindOf, kind, name: Math.max(12, Math.min(longest, room)), isOneNamespace };
}

function nameOf({ ref }: ObjectRow, isOneNamespace: boolean): Safe {
  return ref.namespace === null || isOneNamespace ? ref.name : say`${ref.namespace}/${ref.name}`;
}

function objectRow(row: ObjectRow, layout: Layout, scene: Scene, columns: number, isSelected: boolean): Row {
  const { look } = scene;
  const mark = isSelected && scene.state.view.focus === 'side' ? ('▸' as Safe) : (' ' as Safe);
  const left = [
    span(mark, 'key'),
    ...cell(layout.kindOf(row.ref.kind), layout.kind, look, 'dim'),
    ...cell(nameOf(row, layout.isOneNamespace), layout.name, look, isSelected ? 'strong' : 'plain'),
    span(say` ${row.word}`, row.tone),
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

const abbreviations: Readonly<Record<string, Safe>> = {
  Pod: 'po' as Safe,
  Node: 'no' as Safe,
  Deployment: 'deploy' as Safe,
  DaemonSet: 'ds' as Safe,
  Service: 'svc' as Safe,
  EndpointSlice: 'eps' as Safe,
  Namespace: 'ns' as Safe,
  APIService: 'apisvc' as Safe,
  Kustomization: 'ks' as Safe,
  HelmRelease: 'hr' as Safe,
  GitRepository: 'git' as Safe,
  OCIRepository: 'oci' as Safe,
  HelmRepository: 'helm' as Safe,
  HelmChart: 'chart' as Safe,
};

function shortestKind(kind: Safe): Safe {
  return abbreviations[kind] ?? shortKind(kind);
}
