import type { Safe } from '../../text/safe.ts';
import { line, type Row } from '../row.ts';

/** Deepest nesting and most lines printed: an object is read here, not edited. */
const DEEPEST = 12;
const LONGEST = 2000;

/** A kept object in the manner of YAML. Every text in it was made safe when it was read. */
export function yamlRows(object: unknown): Row[] {
  const out: string[] = [];
  dump(object, '', '', out, 0);
  return out.slice(0, LONGEST).map(text => line(text as Safe));
}

/** `lead` stands before the first line only: the dash of a list's item. */
function dump(value: unknown, indent: string, lead: string, out: string[], depth: number): void {
  if (out.length >= LONGEST || depth > DEEPEST) return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (isNested(item)) dump(item, `${indent}  `, `${indent}- `, out, depth + 1);
      else out.push(`${indent}- ${scalar('', item)}`);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  let head = lead === '' ? indent : lead;
  for (const [key, item] of Object.entries(value)) {
    if (isNested(item)) {
      const isEmpty = Object.keys(item).length === 0;
      out.push(isEmpty ? `${head}${key}: ${Array.isArray(item) ? '[]' : '{}'}` : `${head}${key}:`);
      dump(item, `${indent}${Array.isArray(item) ? '' : '  '}`, '', out, depth + 1);
    } else out.push(`${head}${key}: ${scalar(key, item)}`);
    head = indent;
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Times are kept as numbers and read as dates. */
function scalar(key: string, value: unknown): string {
  if (typeof value === 'number' && /(Time|Timestamp|At|startedAt)$/.test(key))
    return new Date(value).toISOString();
  return typeof value === 'string' ? value : String(value);
}
