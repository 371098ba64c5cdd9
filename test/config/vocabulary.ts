import type { Vocabulary } from '../../src/config/parse.ts';

/** A small program: three actions, four commands. */
export const vocabulary: Vocabulary = {
  actions: ['restart-rollout', 'sync-release', 'bootstrap'],
  healing: ['restart-rollout', 'sync-release'],
  keys: [
    { id: 'fix', keys: ['F'], isFixed: false },
    { id: 'why', keys: ['w'], isFixed: false },
    { id: 'down', keys: ['j', 'down'], isFixed: false },
    { id: 'leave', keys: ['ctrl-c'], isFixed: true },
  ],
  isForbiddenEnv: name => name === 'LD_PRELOAD',
};
