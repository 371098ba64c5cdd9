import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import type { Intent } from '../intents/intent.ts';
import { firstKey } from '../taste.ts';
import { isActive } from '../updates.ts';
import { selectedLayer } from './chosen.ts';
import { remediesByKey, whyNoneOffered, whyNoRemedy } from './remedies.ts';
import { allRuns, shownRun } from './runs.ts';
import { textKind } from './shown-text.ts';

/** What needs the cluster as it is. */
const ofPresent: ReadonlySet<Intent['kind']> = new Set([
  'fix',
  'remedies',
  'remedy',
  'unlock',
  'probe',
  'faults',
  'contexts',
  'refresh',
  'detail',
  'yaml',
  'pod-log',
  'root-object',
]);

/** Why an intent cannot do anything now, in one sentence; null when it can. Footer, help and keys all ask here. */
export function whyDisabled(state: AppState, intent: Intent): Safe | null {
  const { mode, view, runs } = state;
  if (view.asOf !== null && ofPresent.has(intent.kind))
    return mode.badge === 'REPLAY'
      ? say`this is a recording: only what was shown can be seen`
      : say`this is the past: Esc returns to now`;
  switch (intent.kind) {
    case 'play':
      return mode.badge === 'REPLAY' ? null : say`only a recording can be played`;
    case 'fix':
      return whyNoFix(state);
    case 'remedies':
      return whyNoRemedies(state);
    case 'remedy':
      return remediesByKey(state, intent.key).length > 0 ? null : whyNoRemedy(state, intent.key);
    case 'healing':
      return whyNoHealing(state);
    case 'stop':
      return isActive(runs.current) ? null : say`nothing is running`;
    case 'unlock':
      return mode.readOnly ? say`this screen is read-only: the lock cannot be opened` : null;
    case 'faults':
      return mode.faults.length > 0 ? null : say`breaking things is for the simulation only`;
    case 'contexts':
      return whyNoContexts(state);
    case 'cluster':
      return (state.clusters ?? []).length > 1
        ? null
        : say`one cluster was chosen: start with several --context to walk between them`;
    case 'match':
      return view.filter === ''
        ? say`nothing is searched for: press ${firstKey(mode.taste, 'filter', say`/`)} first`
        : null;
    case 'copy':
      return textKind(state) === null && shownRun(state) === null ? say`there is no log yet` : null;
    case 'save-log':
      return whyNotSaved(state);
    case 'run':
      return allRuns(state).length < 2 ? say`there is no other run` : null;
    case 'wrap':
    case 'times':
      return textKind(state) === null ? say`this is for logs and YAML` : null;
    case 'previous':
    case 'container':
      return view.detail?.show === 'log'
        ? null
        : say`no container's log is open: ${firstKey(mode.taste, 'logs', say`L`)} opens one`;
    case 'root-object':
      return whyNoRoot(state);
    default:
      return null;
  }
}

function whyNoRoot({ world }: AppState): Safe | null {
  return world.model?.diagnosis.root == null ? say`nothing is broken: there is no root cause` : null;
}

function whyNotSaved(state: AppState): Safe | null {
  const { mode, view } = state;
  if (mode.badge === 'REPLAY') return say`a recording has the last lines of a run only: y copies them`;
  if (view.detail?.show === 'log')
    return say`a container's log is not kept here: ${firstKey(mode.taste, 'yaml', say`y`)} copies it`;
  return shownRun(state) === null ? say`there is no log yet` : null;
}

function whyNoRemedies(state: AppState): Safe | null {
  return (state.world.model?.remedies[selectedLayer(state)] ?? []).length > 0
    ? null
    : say`no remedy is offered for this layer`;
}

function whyNoHealing({ healing, mode, lock }: AppState): Safe | null {
  if (healing !== null) return null;
  if (mode.readOnly) return say`self-healing is off: this screen is read-only`;
  return lock.protectedContext
    ? say`self-healing is off: a protected context is not repaired without being asked for`
    : say`self-healing is off: no action is opted in`;
}

function whyNoFix(state: AppState): Safe | null {
  const { world, runs } = state;
  if (isActive(runs.current)) return say`an action is running: X stops it`;
  if (world.model === null) return say`the cluster has not answered yet`;
  if (world.model.fix !== null) return null;
  return world.model.diagnosis.root === null
    ? say`nothing is broken: nothing to repair`
    : whyNoneOffered(state);
}

function whyNoContexts({ mode }: AppState): Safe | null {
  if (mode.badge !== null) return say`there is no other cluster in this mode`;
  return mode.contexts.length < 2 ? say`the kubeconfig has one context only` : null;
}
