import { TooLarge } from './body.ts';

/** Reads a list while it comes: each item is parsed on its own and then forgotten, so a large list needs little memory. */
export interface ItemScanner {
  /** Throws SyntaxError when an item is not JSON, TooLarge when one does not end. */
  readonly push: (chunk: Buffer) => void;
  /** What stood around the items, with an empty list in their place; throws SyntaxError when the text was cut. */
  readonly end: () => unknown;
}

export interface EachItem {
  /** The name of the list within the answer. */
  readonly field: 'items' | 'rows';
  /** Takes one item; `head` is what stood before the first one. */
  readonly take: (item: unknown, head: unknown) => void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** The items of a list of the top level stand at this depth. */
const INSIDE = 2;
const ITEM_CAP = 64 * 1024 * 1024;

/** Cuts the JSON at the commas of one list of its top level. By bytes: strings and depth are all that must be followed. */
export function itemScanner({ field, take }: EachItem): ItemScanner {
  const state = { depth: 0, inString: false, isEscaped: false, inList: false };
  const opening = new RegExp(`"${field}"\\s*:\\s*\\[$`);
  let head: unknown;
  let around = '';
  let kept: Buffer[] = [];
  let held = 0;

  const keep = (rest: Buffer): void => {
    if (rest.length === 0) return;
    kept.push(rest);
    held += rest.length;
    if (held > ITEM_CAP) throw new TooLarge();
  };
  const cut = (chunk: Buffer, from: number, to: number): string => {
    if (held === 0) return chunk.toString('utf8', from, to);
    const whole = Buffer.concat([...kept, chunk.subarray(from, to)]);
    kept = [];
    held = 0;
    return whole.toString('utf8');
  };
  /** A list of the top level begins: is it the one? */
  const enter = (text: string): boolean => {
    around += text;
    if (head !== undefined || !opening.test(around.slice(-64))) return false;
    head = JSON.parse(`${around}]}`);
    return true;
  };
  const item = (text: string): void => {
    if (text.trim() !== '') take(JSON.parse(text), head);
  };
  return {
    push: chunk => {
      // Copies: variables of the closure are slow in a loop over millions of bytes.
      let { depth, inString, isEscaped, inList } = state;
      let from = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i];
        if (inString) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT) depth++;
        else if (byte === CLOSE_OBJECT) depth--;
        else if (byte === OPEN_LIST) {
          if (++depth !== INSIDE) continue;
          inList = enter(cut(chunk, from, i + 1));
          from = i + 1;
        } else if (byte === CLOSE_LIST) {
          if (depth-- !== INSIDE || !inList) continue;
          item(cut(chunk, from, i));
          inList = false;
          from = i;
        } else if (byte === COMMA && inList && depth === INSIDE) {
          item(cut(chunk, from, i));
          from = i + 1;
        }
      }
      Object.assign(state, { depth, inString, isEscaped, inList });
      keep(chunk.subarray(from));
    },
    end: () => JSON.parse(around + cut(Buffer.alloc(0), 0, 0)),
  };
}
