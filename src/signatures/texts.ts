import { type Safe, say } from '../text/safe.ts';
import { type Match, match } from './match.ts';

/** Known failures in a condition. Some expressions look at how a message begins, some at the reason: the reason goes last. */
export function matchCondition(condition: {
  readonly reason?: Safe;
  readonly message?: Safe;
}): readonly Match[] {
  const { reason, message } = condition;
  if (message === undefined) return reason === undefined ? [] : match('cond', reason);
  return match('cond', reason === undefined ? message : say`${message} (${reason})`);
}

interface ContainerStatus {
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}
interface ContainerState {
  readonly waiting?: { readonly reason?: Safe; readonly message?: Safe };
  readonly terminated?: { readonly reason?: Safe; readonly message?: Safe };
}

/**
 * Known failures in what a container says about itself. The message of an ended container can hold the end of its
 * log, so it is read as a log as well.
 */
export function matchContainer(status: ContainerStatus): readonly Match[] {
  const ends = [status.state?.terminated, status.lastState?.terminated];
  const logs = ends.flatMap(end => (end?.message === undefined ? [] : match('log', end.message)));
  const states = [status.state?.waiting, ...ends].flatMap(state =>
    state === undefined ? [] : match('wait', stateText(state)),
  );
  return [...logs, ...states.filter(one => !logs.some(other => other.id === one.id))];
}

function stateText(state: { readonly reason?: Safe; readonly message?: Safe }): Safe {
  const reason = state.reason ?? say``;
  return state.message === undefined ? reason : say`${reason}: ${state.message}`;
}
