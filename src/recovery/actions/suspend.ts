import { refText } from '../../cluster/object-ref.ts';
import { say } from '../../text/safe.ts';
import type { Action } from '../action.ts';
import { isSuspended, suspendable } from '../flux-objects.ts';
import { suspendPlan } from '../flux-suspend.ts';
import { parseRef } from '../target.ts';

/** Keeps Flux from undoing a repair. Only ever on request: nothing is cured by it. */
export const suspend: Action = {
  id: 'suspend',
  key: null,
  title: say`suspend`,
  targets: bench =>
    suspendable(bench)
      .filter(one => !isSuspended(one, bench))
      .map(refText),
  treats: () => [],
  plan: (target, bench) => {
    const object = parseRef(target);
    const known = suspendable(bench).some(one => refText(one) === target);
    return object !== null && known && !isSuspended(object, bench)
      ? suspendPlan('suspend', object, bench)
      : null;
  },
};
