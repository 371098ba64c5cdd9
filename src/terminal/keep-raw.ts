/**
 * The same stream, whose raw mode is left alone while `isKept` says so. A renderer that gives the terminal away for a moment to
 * paint anew would open a gap in which typed keys are echoed across the screen and held back until a line is complete.
 */
export function keepRaw(stdin: NodeJS.ReadStream, isKept: () => boolean): NodeJS.ReadStream {
  const setRawMode = (isRaw: boolean): NodeJS.ReadStream => {
    if (!isKept()) stdin.setRawMode(isRaw);
    return stream;
  };
  const stream = new Proxy(stdin, {
    get: (target, property) => {
      if (property === 'setRawMode') return setRawMode;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return stream;
}
