import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, relative, resolve } from 'node:path';

/** Where repositories keep the helmfile of their bootstrap, the newest habit first. One file, never a directory of them. */
export const helmfilePlaces = [
  'bootstrap/helmfile/apps.yaml',
  'bootstrap/helmfile.d/01-apps.yaml',
  'bootstrap/helmfile.yaml',
  'bootstrap/helmfile.yaml.gotmpl',
  'kubernetes/bootstrap/helmfile/apps.yaml',
  'kubernetes/bootstrap/apps/helmfile.yaml',
  'kubernetes/bootstrap/helmfile.yaml',
  'helmfile.yaml',
] as const;

/** Beside the helmfile of the releases; the newest habit first. */
const crdsNames = ['crds.yaml', '00-crds.yaml', 'helmfile-crds.yaml'] as const;
const taskfilePlaces = ['Taskfile.yaml', 'Taskfile.yml', 'taskfile.yaml', 'taskfile.yml'] as const;

export interface Located {
  readonly root: string;
  /** Relative to the root. */
  readonly helmfile: string | null;
  readonly taskfile: string | null;
  /** The helmfile that holds only definitions, in the same directory; relative to the root. */
  readonly crds: string | null;
}

export interface LocateOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configured?: { readonly root?: string; readonly helmfile?: string };
}

/**
 * Finds the repository: the configured one, else `ROOT_DIR`, else the Git repository around the working directory, else the
 * nearest directory above with a helmfile in one of the usual places. `GROUNDUP_HELMFILE` names the file itself. Null when
 * there is none.
 */
export async function locateHelmfile({ cwd, env, configured }: LocateOptions): Promise<Located | null> {
  const named = configured?.helmfile ?? env.GROUNDUP_HELMFILE;
  const given = configured?.root ?? env.ROOT_DIR;
  const start = given === undefined || given === '' ? null : resolve(cwd, given);
  if (named !== undefined && named !== '') return locateNamed(named, start, cwd);
  const roots = start === null ? [...(await gitTop(cwd)), ...above(cwd)] : [start];
  for (const root of roots) {
    const helmfile = await firstFile(root, helmfilePlaces);
    if (helmfile !== null) return located(root, helmfile);
  }
  return start !== null && (await isDirectory(start)) ? located(start, null) : null;
}

async function locateNamed(named: string, start: string | null, cwd: string): Promise<Located | null> {
  const file = isAbsolute(named) ? named : resolve(start ?? cwd, named);
  const root = start ?? (await gitTop(dirname(file)))[0] ?? dirname(file);
  return located(root, (await isFile(file)) ? relative(root, file) : null);
}

async function located(root: string, helmfile: string | null): Promise<Located> {
  const taskfile = await firstFile(root, taskfilePlaces);
  if (helmfile === null) return { root, helmfile, taskfile, crds: null };
  const beside = crdsNames.map(name => join(dirname(helmfile), name)).filter(place => place !== helmfile);
  return { root, helmfile, taskfile, crds: await firstFile(root, beside) };
}

/** The directory with `.git`, which is a file in worktrees. */
async function gitTop(dir: string): Promise<readonly string[]> {
  for (const candidate of above(dir)) if (await exists(join(candidate, '.git'))) return [candidate];
  return [];
}

function above(dir: string): readonly string[] {
  const found: string[] = [];
  const { root } = parse(resolve(dir));
  for (let at = resolve(dir); ; at = dirname(at)) {
    found.push(at);
    if (at === root) return found;
  }
}

async function firstFile(root: string, places: readonly string[]): Promise<string | null> {
  for (const place of places) if (await isFile(join(root, place))) return place;
  return null;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
