import { join } from 'node:path';
import type { ToolName, Workshop } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { helmfileEnvironment, toolEnvironment } from './environment.ts';
import { findTool, type SafePath, safePath } from './find.ts';
import { type Located, type LocateOptions, locateHelmfile } from './locate-helmfile.ts';
import { hasBareHooks, readText, releasesFromList, releasesFromYaml, requiredEnv } from './read-helmfile.ts';
import { runTool } from './run-tool.ts';
import { toolVersion } from './version.ts';

export interface InspectOptions extends LocateOptions {
  /** Names of variables that tools get besides. */
  readonly also?: readonly string[];
  readonly signal?: AbortSignal;
}

const toolNames: readonly ToolName[] = ['helmfile', 'helm', 'flux', 'kubectl', 'task'];
const LIST_DEADLINE_MS = 20_000;

/**
 * Looks at the workstation once: which tools there are, where the repository is, and what its helmfile installs.
 * Takes as long as the slowest tool, at most about 25 s; nothing of it touches the cluster.
 */
export async function inspectWorkshop(options: InspectOptions): Promise<Workshop> {
  const path = await safePath(options.env.PATH);
  const env = toolEnvironment(options.env, { path: path.dirs, also: options.also ?? [] });
  const [tools, found] = await Promise.all([
    inspectTools(path, env, options.signal),
    locateHelmfile(options),
  ]);
  return { tools, repository: found === null ? null : await inspectRepository(found, tools, options, path) };
}

async function inspectTools(
  path: SafePath,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Workshop['tools']> {
  const found = await Promise.all(
    toolNames.map(async name => {
      const file = await findTool(name, path);
      return file === null
        ? []
        : [[name, { path: file, version: await toolVersion(name, file, env, signal) }] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function inspectRepository(
  { root, helmfile, taskfile, crds }: Located,
  tools: Workshop['tools'],
  options: InspectOptions,
  path: SafePath,
): Promise<NonNullable<Workshop['repository']>> {
  const own = helmfileEnvironment(root);
  const required = helmfile === null ? [] : await requiredEnv(root, helmfile);
  const missing = required.filter(name => !(name in own) && (options.env[name] ?? '') === '');
  const env = {
    ...toolEnvironment(options.env, { path: path.dirs, also: [...required, ...(options.also ?? [])] }),
    ...own,
  };
  return {
    root,
    helmfile: helmfile === null ? null : field(helmfile),
    taskfile: taskfile === null ? null : field(taskfile),
    ...(crds === null ? {} : { crds: field(crds) }),
    hooks: helmfile !== null && hasBareHooks(await readText(join(root, helmfile))),
    missingEnv: missing.map(name => field(name)),
    requiredEnv: required.map(name => field(name)),
    env: own,
    releases: helmfile === null ? null : await readReleases(root, helmfile, tools, env, options.signal),
  };
}

/** Helmfile computes names and versions from templates, so it is asked first; the plain file is second best. */
async function readReleases(
  root: string,
  helmfile: string,
  tools: Workshop['tools'],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<NonNullable<Workshop['repository']>['releases']> {
  if (tools.helmfile !== undefined) {
    const result = await runTool({
      path: tools.helmfile.path,
      args: ['--file', helmfile, 'list', '--skip-charts', '--output', 'json'],
      cwd: root,
      env,
      deadlineMs: LIST_DEADLINE_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    const releases = result.ok ? releasesFromList(result.stdout) : null;
    if (releases !== null && releases.length > 0) return releases;
  }
  return releasesFromYaml(await readText(join(root, helmfile)));
}
