import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type KubeconfigResult, refuse } from './kubeconfig-error.ts';

/** The part of a kubeconfig entry that has a name, as written in the file; `folder` is where relative paths start. */
export interface Entry {
  readonly name: string;
  readonly folder: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly currentContext: string;
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
  readonly contexts: readonly Entry[];
}

/** A kubeconfig of this size was not written by hand or by a cloud. */
const LARGEST_FILE = 16 * 1024 * 1024;

/** Reads one kubeconfig file. `undefined` when there is no such file, which kubectl forgives in a list of files. */
export function readKubeconfigFile(path: string): KubeconfigResult<KubeconfigFile> | undefined {
  const shown = field(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return undefined;
    return refuse(
      'file-unreadable',
      say`The kubeconfig ${shown} cannot be read (${field(code)}).`,
      say`Check its owner and mode, or name another file with --kubeconfig.`,
    );
  }
  if (text.length > LARGEST_FILE)
    return refuse(
      'not-kubeconfig',
      say`${shown} is too large for a kubeconfig.`,
      say`Name the right file with --kubeconfig.`,
    );
  return parse(path, text);
}

function parse(path: string, text: string): KubeconfigResult<KubeconfigFile> {
  const shown = field(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line } = lines.linePos(fault.pos[0]);
    const what = field(fault.message.split(/ at line |\n/)[0]);
    return refuse(
      'not-yaml',
      say`${shown} is not valid YAML: line ${line}: ${what}.`,
      say`Correct that line; \`kubectl config view\` shows whether the file is whole again.`,
    );
  }
  const root: unknown = toPlain(document);
  if (root === null || root === undefined) return { ok: true, value: empty(path) };
  if (!isRecord(root))
    return refuse(
      'not-kubeconfig',
      say`${shown} is YAML, but not a kubeconfig.`,
      say`Name the right file with --kubeconfig or KUBECONFIG.`,
    );
  const folder = dirname(path);
  return {
    ok: true,
    value: {
      path,
      currentContext: typeof root['current-context'] === 'string' ? root['current-context'] : '',
      clusters: entries(root.clusters, 'cluster', folder),
      users: entries(root.users, 'user', folder),
      contexts: entries(root.contexts, 'context', folder),
    },
  };
}

/** Anchors that expand without end are cut off by the parser with a throw. */
function toPlain(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return 'not readable';
  }
}

function empty(path: string): KubeconfigFile {
  return { path, currentContext: '', clusters: [], users: [], contexts: [] };
}

function entries(raw: unknown, part: string, folder: string): Entry[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap(item => {
    if (!isRecord(item) || (typeof item.name !== 'string' && typeof item.name !== 'number')) return [];
    const body = item[part];
    return [{ name: String(item.name), folder, body: isRecord(body) ? body : {} }];
  });
}

export function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
