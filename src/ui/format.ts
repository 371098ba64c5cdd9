import { type Safe, say } from '../text/safe.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age as one glances at it: `4m`, `3h`, `21d`. With `fine`, seconds below an hour: `4m12s`. */
export function age(ms: number, fine = false): Safe {
  const time = Math.max(0, ms);
  if (fine && time < MINUTE) return say`${Math.floor(time / SECOND)}s`;
  if (fine && time < HOUR)
    return say`${Math.floor(time / MINUTE)}m${padded(Math.floor((time % MINUTE) / SECOND))}s`;
  if (time < MINUTE) return say`<1m`;
  if (time < HOUR) return say`${Math.floor(time / MINUTE)}m`;
  if (fine && time < DAY)
    return say`${Math.floor(time / HOUR)}h${padded(Math.floor((time % HOUR) / MINUTE))}m`;
  if (time < 2 * DAY) return say`${Math.floor(time / HOUR)}h`;
  return say`${Math.floor(time / DAY)}d`;
}

/** A running time as a clock shows it: `0:48`, `1:02:03`. */
export function stopwatch(ms: number): Safe {
  const time = Math.max(0, ms);
  const minutes = Math.floor((time % HOUR) / MINUTE);
  const seconds = padded(Math.floor((time % MINUTE) / SECOND));
  if (time < HOUR) return say`${minutes}:${seconds}`;
  return say`${Math.floor(time / HOUR)}:${padded(minutes)}:${seconds}`;
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
  const clock = say`${padded(then.getHours())}:${padded(then.getMinutes())}`;
  const isToday = then.toDateString() === new Date(now).toDateString();
  return isToday ? clock : say`${padded(then.getMonth() + 1)}-${padded(then.getDate())} ${clock}`;
}

/** Local time of day with seconds, `14:02:07`; with the day when it is another one. */
export function clock(at: number, now: number): Safe {
  return say`${moment(at, now)}:${padded(new Date(at).getSeconds())}`;
}

function padded(value: number): Safe {
  return String(value).padStart(2, '0') as Safe;
}
