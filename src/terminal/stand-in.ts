import { EventEmitter } from 'node:events';

/** Size changes are passed on this long after the first of a burst, in ms; a drag of the window sends hundreds. */
const RESIZE_DELAY = 120;

/** A screen of many parts listens to the size more often than the default of ten. */
const MOST_LISTENERS = 100;

type Listener = (...values: unknown[]) => void;

/**
 * A stream that is `target` in all but two things: its writes go to `write`, and a burst of size changes becomes one
 * event, with `columns` and `rows` changing at that moment and not before.
 */
export function standIn(target: NodeJS.WriteStream, write: NodeJS.WriteStream['write']): NodeJS.WriteStream {
  const resizes = new EventEmitter().setMaxListeners(MOST_LISTENERS);
  const size = { columns: target.columns, rows: target.rows };
  let timer: NodeJS.Timeout | undefined;
  target.on('resize', () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      size.columns = target.columns;
      size.rows = target.rows;
      resizes.emit('resize');
    }, RESIZE_DELAY);
  });
  const listen =
    (method: 'on' | 'once' | 'off') =>
    (event: string, listener: Listener): NodeJS.WriteStream => {
      (event === 'resize' ? resizes : target)[method](event, listener);
      return stream;
    };
  const own: Readonly<Record<string, unknown>> = {
    write,
    on: listen('on'),
    addListener: listen('on'),
    once: listen('once'),
    off: listen('off'),
    removeListener: listen('off'),
  };
  const stream = new Proxy(target, {
    get: (_, property) => {
      if (property === 'columns' || property === 'rows') return size[property];
      if (typeof property === 'string' && Object.hasOwn(own, property)) return own[property];
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return stream;
}
