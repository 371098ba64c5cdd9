import { type ObjectRef, refText } from '../../cluster/object-ref.ts';
import { say } from '../../text/safe.ts';
import type { Action } from '../action.ts';
import { isSuspended, suspendable, suspendedByUs } from '../flux-objects.ts';
import { suspendPlan } from '../flux-suspend.ts';
import { parseRef } from '../target.ts';

/** Lets Flux work on something again that was suspended. */
export const resume: Action = {
  id: 'resume',
  key: null,
  title: say`resume`,
  targets: bench =>
    suspendable(bench)
      .filter(one => isSuspended(one, bench))
      .map(refText),
  treats: (fault, bench) => {
    const object: ObjectRef | null = fault.problem === 'suspended' ? fault.object : null;
    if (object === null || !isSuspended(object, bench)) return [];
    const isOurs = suspendedByUs(bench).some(one => refText(one) === refText(object));
    return [{ target: refText(object), rank: isOurs ? 1 : 30 }];
  },
  plan: (target, bench) => {
    const object = parseRef(target);
    return object !== null && isSuspended(object, bench) ? suspendPlan('resume', object, bench) : null;
  },
};
