import { say } from '../text/safe.ts';
import * as on from './binding.ts';

/** The part of the table of keys that goes back in time, and plays recordings. */
export const pastKeys: readonly on.Binding[] = on.bound('past', [
  [
    'play',
    [' '],
    say`Space`,
    say`play or halt a recording; elsewhere a page down`,
    on.plays,
    on.hint(1, say`play`, on.isReplay),
  ],
  [
    'minute-back',
    ['<'],
    say`<`,
    say`the screen as it was a minute before`,
    on.seeks(-1),
    on.hint(6, say`minute back`, on.isPast),
  ],
  ['minute-on', ['>'], say`>`, say`a minute on`, on.seeks(1), on.hint(7, say`on`, on.isPast)],
  [
    'axis',
    ['z'],
    say`z`,
    say`the time line over 24 h, 6 h, 1 h or 10 min`,
    on.does('axis'),
    on.hint(7, say`scale`, on.isOnTimeLine),
  ],
]);
