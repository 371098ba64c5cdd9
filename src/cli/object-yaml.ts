import { stringify } from 'yaml';
import { field } from '../text/field.ts';
import { lineRedactor } from '../text/redact.ts';
import { type Safe, say } from '../text/safe.ts';

export interface ObjectYaml {
  readonly lines: readonly Safe[];
  /** Lines beyond the bound. */
  readonly cut: number;
}

const MOST_LINES = 2_000;
/** A longer text in an object is cut: nobody reads a file of that size in a pane. */
const LONGEST_TEXT = 32_768;
const SENSITIVE = /passw|secret|token|api_?key|private_?key|credential/i;
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object of the API server as YAML that may be shown: without managed fields, values of Secrets and what looks like
 * one replaced by their size, every line redacted and sanitised, 2,000 lines at most.
 */
export function objectYaml(raw: unknown, secrets: readonly string[] = []): ObjectYaml {
  const text = stringify(cleaned(raw), { lineWidth: 0, aliasDuplicateObjects: false });
  const redact = lineRedactor(secrets);
  const all = text.trimEnd().split('\n');
  const lines = all.slice(0, MOST_LINES).map(line => field(redact(line)));
  return { lines, cut: all.length - lines.length };
}

function cleaned(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  const isSecret = raw.kind === 'Secret';
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key === 'metadata') out[key] = metadata(value, isSecret);
    else if (isSecret && (key === 'data' || key === 'stringData')) out[key] = hidden(value, key === 'data');
    else out[key] = masked(value);
  }
  return out;
}

/** What was applied is a copy of the object, values of a Secret included. */
function metadata(raw: unknown, isSecret: boolean): unknown {
  if (!isRecord(raw)) return raw;
  const { managedFields: _, annotations, ...rest } = raw;
  if (!isRecord(annotations)) return masked(rest);
  const shown = Object.entries(annotations).map(([key, value]) => {
    const isHidden = key === APPLIED || isSecret;
    return [key, isHidden ? size(value, false) : masked(value)] as const;
  });
  return { ...(masked(rest) as object), annotations: Object.fromEntries(shown) };
}

function hidden(values: unknown, isBase64: boolean): unknown {
  if (!isRecord(values)) return size(values, false);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, size(value, isBase64)]));
}

function size(value: unknown, isBase64: boolean): Safe {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return say`<${Buffer.byteLength(text, isBase64 ? 'base64' : 'utf8')} bytes>`;
}

/** Hides the value of an environment variable or parameter with a telling name, and cuts what is too long. */
function masked(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT
      ? `${value.slice(0, LONGEST_TEXT)}\n[${value.length - LONGEST_TEXT} more characters]`
      : value;
  if (Array.isArray(value)) return value.map(masked);
  if (!isRecord(value)) return value;
  const isSensitive =
    typeof value.name === 'string' && typeof value.value === 'string' && SENSITIVE.test(value.name);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSensitive && key === 'value' ? size(inner, false) : masked(inner),
    ]),
  );
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
