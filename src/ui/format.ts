import { calmAge, glanceAge, twoDigits } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An age as one glances at it: `4m`, `3h`, `21d`. With `fine`, also the smaller unit while it is young: `4m12s`. */
export function age(ms: number, fine = false): Safe {
  return fine ? calmAge(ms) : glanceAge(ms);
}

/** A running time as a clock shows it: `0:48`, `1:02:03`. */
export function stopwatch(ms: number): Safe {
  const time = Math.max(0, ms);
  const minutes = Math.floor((time % HOUR) / MINUTE);
  const seconds = twoDigits(Math.floor((time % MINUTE) / SECOND));
  if (time < HOUR) return say`${minutes}:${seconds}`;
  return say`${Math.floor(time / HOUR)}:${twoDigits(minutes)}:${seconds}`;
}

/** A planned time, roundly: `about 40 s`, `about 2 min`. */
export function about(ms: number): Safe {
  return ms < 90 * SECOND
    ? say`about ${Math.round(ms / SECOND)} s`
    : say`about ${Math.round(ms / MINUTE)} min`;
}

/** Local time of day, `14:02`; with the day when it is another one. */
export function moment(at: number, now: number): Safe {
  const then = new Date(at);
  const clock = say`${twoDigits(then.getHours())}:${twoDigits(then.getMinutes())}`;
  const isToday = then.toDateString() === new Date(now).toDateString();
  return isToday ? clock : say`${twoDigits(then.getMonth() + 1)}-${twoDigits(then.getDate())} ${clock}`;
}

/** Local time of day with seconds, `14:02:07`; with the day when it is another one. */
export function clock(at: number, now: number): Safe {
  return say`${moment(at, now)}:${twoDigits(new Date(at).getSeconds())}`;
}
