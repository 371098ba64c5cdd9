import type { Behaviour } from '../world.ts';

/** A server that behaves: reachable, every check passing, no admission hooks, no pod proxy, no program in any pod. */
export function createBehaviour(): Behaviour {
  return {
    reach: 'normal',
    failingChecks: [],
    writesFail: false,
    logs: new Map(),
    admission: [],
    podProxy: () => undefined,
    exec: () => undefined,
  };
}

type Reach = Behaviour['reach'];

/**
 * Tells of every change of `behaviour.reach`: a listener must be closed the moment a fault is set,
 * not when the next request happens to come.
 */
export function watchReach(behaviour: Behaviour, changed: (reach: Reach) => void): () => void {
  let reach = behaviour.reach;
  Object.defineProperty(behaviour, 'reach', {
    configurable: true,
    enumerable: true,
    get: () => reach,
    set: (value: Reach) => {
      if (value === reach) return;
      reach = value;
      changed(value);
    },
  });
  return () => {
    Object.defineProperty(behaviour, 'reach', {
      configurable: true,
      enumerable: true,
      writable: true,
      value: reach,
    });
  };
}
