import type { Component } from '../../diagnosis/diagnosis.ts';
import { componentRows as matching } from '../../store/select/component-rows.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Scene } from '../panes/scene.ts';
import { cell, line, type Row, span } from '../row.ts';
import { type Tone, verdictGlyph, verdictTone } from '../theme.ts';
import { type Page, scrolled, type TabView } from './page.ts';

/** What the repository wants, what Helm installed and what really runs, side by side. */
export const components: TabView = (scene, columns, rows): Page => {
  const all = matching(scene.state);
  if (all.length === 0) {
    const isFiltered = scene.state.view.filter !== '';
    const text = isFiltered ? say`no component matches the filter` : say`no bootstrap components are known`;
    return scrolled([line(text, 'dim')], 0, rows);
  }
  const wide = Math.max(10, Math.floor((columns - 16) / 5));
  const head = [...['component', 'wanted', 'installed', 'running'], 'release'].flatMap((title, i) =>
    column(title as Safe, i === 0 ? wide + 8 : wide, scene, 'dim'),
  );
  const body = all.flatMap(component => componentRows(component, scene, wide));
  const page = scrolled(body, scene.state.view.scroll.components, Math.max(1, rows - 1));
  return { ...page, rows: [head, ...page.rows] };
};

function componentRows(component: Component, scene: Scene, wide: number): Row[] {
  const { wanted, installed, running, release, verdict } = component;
  const isDrifted = component.findings.some(({ problem }) => problem === 'drift');
  const row = [
    span(say`${verdictGlyph[verdict]} `, verdictTone[verdict]),
    ...column(component.name, wide + 6, scene, 'plain'),
    ...column(wanted ?? say`-`, wide, scene, 'dim'),
    ...column(installed ?? say`-`, wide, scene, 'dim'),
    ...column(running ?? say`-`, wide, scene, isDrifted ? 'warn' : 'plain'),
    span(
      release === null ? say`-` : say`${release.status as string as Safe} rev ${release.revision}`,
      release?.status === 'deployed' ? 'dim' : 'warn',
    ),
  ];
  return [row, ...component.findings.slice(0, 2).map(finding => line(say`    ${finding.message}`, 'dim'))];
}

function column(text: Safe, columns: number, { look }: Scene, tone: Tone): Row {
  return [...cell(text, columns - 1, look, tone), span(' ' as Safe)];
}
