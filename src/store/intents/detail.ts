import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { askedLog, askedReading, type Detail, detailOf, sameRef } from '../looking.ts';
import { presentOf } from '../select/as-it-was.ts';
import { historyEntries } from '../select/history-entries.ts';
import { linksOf, objectFacts } from '../select/object-facts.ts';
import { allRuns, shownRun } from '../select/runs.ts';
import { isActive, tell } from '../updates.ts';
import { type Circumstances, type Outcome, only } from './intent.ts';
import { objectInFocus, opened, withView } from './navigate.ts';
import { goTo as goToTime } from './travel.ts';

/** Going from object to object leaves a way back of at most this many steps. */
const DEEPEST = 12;

/** Shows the object that the focus is on, in full. */
export function showDetail(state: AppState, around: Circumstances): Outcome {
  if (state.view.detail !== null) return only(state);
  const ref = objectInFocus(state);
  if (ref === null) return only(tell(state, say`no object is named here`, around.now));
  return goTo(state, ref, around);
}

/** To the object to be repaired, from wherever one is. */
export function showRootObject(state: AppState, around: Circumstances): Outcome {
  const root = state.world.model?.diagnosis.root;
  if (root == null) return only(tell(state, say`nothing is broken: there is no root cause`, around.now));
  if (root.object === null) return only(tell(state, say`the root cause is no single object`, around.now));
  return goTo(state, root.object, around);
}

/** Turns between an object's facts and its YAML; from a list, straight to the YAML. */
export function showYaml(state: AppState, around: Circumstances): Outcome {
  const { detail } = state.view;
  if (detail?.show === 'yaml')
    return only(withView(state, { detail: { ...detail, show: 'facts', scroll: 0 } }));
  if (detail !== null) return only(withView(state, { detail: { ...detail, show: 'yaml', scroll: 0 } }));
  const shown = showDetail(state, around);
  const next = shown.state.view.detail;
  if (next === null) return shown;
  return { ...shown, state: withView(shown.state, { detail: { ...next, show: 'yaml' } }) };
}

/** Selects the next link of the facts. */
export function nextLink(state: AppState, by: 1 | -1): AppState {
  const { detail } = state.view;
  if (detail?.show !== 'facts') return state;
  const count = linksOf(objectFacts(state, detail.ref)).length;
  if (count === 0) return state;
  const link = detail.link < 0 && by < 0 ? count - 1 : (detail.link + by + count) % count;
  return withView(state, { detail: { ...detail, link, isRevealed: true } });
}

/** Enter on an object's page: to the object that the selected link names. */
export function openLink(state: AppState, detail: Detail, around: Circumstances): Outcome {
  if (detail.show !== 'facts') return only(state);
  const links = linksOf(objectFacts(state, detail.ref));
  const ref = links[detail.link];
  if (ref !== undefined) return goTo(state, ref, around);
  return only(links.length === 0 ? state : tell(state, say`Tab selects what Enter opens`, around.now));
}

const loggable = new Set<string>([
  'Pod',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'ReplicaSet',
  'Job',
  'Service',
  'Kustomization',
  'HelmRelease',
]);

/** The log of the pod in focus, or of the first failing pod of what is in focus. */
export function showPodLog(state: AppState, around: Circumstances): Outcome {
  const before = state.view.detail;
  const ref = before?.ref ?? objectInFocus(state);
  if (ref === null) return only(tell(state, say`no object is named here`, around.now));
  if (!loggable.has(ref.kind))
    return only(tell(state, say`${refText(ref)} runs no containers: no logs`, around.now));
  const way = before?.show === 'log' ? before.before : before;
  return only(
    { ...opened(state, detailOf(ref, 'log', way)), podLog: askedLog(ref) },
    { kind: 'follow-log', ref, container: null, previous: false },
  );
}

/** The log of the next container of the same pod, or of the run of it before. */
export function turnPodLog(state: AppState, what: 'container' | 'previous'): Outcome {
  const log = state.podLog;
  const { detail } = state.view;
  if (log === null || detail?.show !== 'log') return only(state);
  const ref = log.pod ?? log.about;
  const index = log.container === null ? -1 : log.containers.indexOf(log.container);
  const next = log.containers[(index + 1) % Math.max(1, log.containers.length)] ?? log.container;
  const container = what === 'container' ? next : log.container;
  const previous = what === 'previous' ? !log.previous : log.previous;
  const view = { detail: { ...detail, scroll: 0 }, follow: true, pausedAt: null };
  const podLog = askedLog(log.about, { pod: log.pod, containers: log.containers, container, previous });
  return only({ ...withView(state, view), podLog }, { kind: 'follow-log', ref, container, previous });
}

/** Enter on the history: the screen as it was then, or the log of the run. */
export function openEntry(state: AppState, around: Circumstances): Outcome {
  const entries = historyEntries(state);
  const row = Math.min(state.view.scroll.history, entries.length - 1);
  const entry = entries[row];
  if (entry === undefined) return only(state);
  if ('run' in entry) return openRun(state, entry.run.id);
  return only(goToTime(state, entry.at, presentOf(state, around.now), row));
}

/** To the log of the next older (-1) or newer (1) run. */
export function turnRun(state: AppState, by: 1 | -1, { now }: Circumstances): Outcome {
  const all = allRuns(state);
  const index = all.findIndex(({ id }) => id === shownRun(state)?.id);
  const next = all[index - by];
  if (next === undefined)
    return only(tell(state, by < 0 ? say`this is the oldest run kept` : say`this is the newest run`, now));
  return openRun(state, next.id);
}

function openRun(state: AppState, id: string): Outcome {
  const run = allRuns(state).find(one => one.id === id);
  if (run === undefined) return only(state);
  const follow = isActive(run);
  const scroll = { ...state.view.scroll, log: 0 };
  const view = {
    tab: 'log',
    focus: 'side',
    detail: null,
    pausedAt: null,
    follow,
    scroll,
  } as const;
  const next = withView({ ...state, runs: { ...state.runs, chosen: id } }, view);
  const isKnown = run.lines.length > 0 || state.runs.opened?.id === id;
  return isKnown ? only(next) : only(next, { kind: 'read-run', id });
}

function goTo(state: AppState, ref: ObjectRef, { now }: Circumstances): Outcome {
  const { detail } = state.view;
  if (detail !== null && detail.show === 'facts' && sameRef(detail.ref, ref)) return only(state);
  const before = detail?.show === 'log' ? detail.before : detail;
  const next = opened(state, detailOf(ref, 'facts', shortened(before)));
  return only({ ...next, reading: askedReading(ref, now) }, { kind: 'read-object', ref });
}

/** The way back without its oldest steps. */
function shortened(detail: Detail | null, left = DEEPEST): Detail | null {
  if (detail === null || left === 0) return null;
  return { ...detail, before: shortened(detail.before, left - 1) };
}
