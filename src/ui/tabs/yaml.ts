import type { Safe } from '../../text/safe.ts';
import { line, type Row } from '../row.ts';

/** Deepest nesting and most lines printed: an object is read here, not edited. */
const DEEPEST = 12;
const LONGEST = 2000;

/** A kept object in the manner of YAML. Every text in it was made safe when it was read. */
export function yamlRows(object: unknown): Row[] {
  const out: Row[] = [];
  dump(object, 0, out, '');
  return out;
}

function dump(value: unknown, depth: number, out: Row[], lead: string): void {
  const indent = '  '.repeat(depth);
  if (out.length >= LONGEST || depth > DEEPEST) return;
  if (Array.isArray(value)) {
    for (const item of value) entry(`${indent}${lead}-`, '', item, depth, out);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) entry(`${indent}${lead}${key}:`, key, item, depth, out);
}

function entry(head: string, key: string, value: unknown, depth: number, out: Row[]): void {
  const isNested = typeof value === 'object' && value !== null;
  if (!isNested) {
    out.push(line(`${head} ${scalar(key, value)}` as Safe));
    return;
  }
  const isEmpty = Object.keys(value).length === 0;
  out.push(line((isEmpty ? `${head} ${Array.isArray(value) ? '[]' : '{}'}` : head) as Safe));
  dump(value, depth + 1, out, '');
}

/** Times are kept as numbers and read as dates. */
function scalar(key: string, value: unknown): string {
  if (typeof value === 'number' && /(Time|Timestamp|At|startedAt)$/.test(key))
    return new Date(value).toISOString();
  return typeof value === 'string' ? value : String(value);
}
