import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../world.ts';
import type { Call } from '../tool.ts';
import { ToolFailure } from '../tool.ts';

/** One release of a helmfile, its templates filled in. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly needs: readonly string[];
  readonly values: readonly string[];
  readonly atomic: boolean;
}

export interface State {
  /** As helmfile names the file in its errors: with `./` when it is in the working directory. */
  readonly shown: string;
  readonly folder: string;
  readonly wait: boolean;
  readonly timeout: number;
  readonly repositories: readonly { readonly name: string; readonly url: string }[];
  readonly releases: readonly Release[];
}

const DEFAULTS = ['helmfile.yaml', 'helmfile.yaml.gotmpl'];

/** Reads the state file and fills in what it takes from the environment. Throws ToolFailure in helmfile's words. */
export function readState(file: string | undefined, { cwd, env }: Pick<Call, 'cwd' | 'env'>): State {
  const named = file ?? DEFAULTS.find(one => existsSync(resolve(cwd, one)));
  if (named === undefined) throw new ToolFailure(NONE);
  const path = resolve(cwd, named);
  if (!existsSync(path)) throw new ToolFailure(`specified state file ${named} is not found`);
  const shown = dirname(named) === '.' ? `./${basename(named)}` : named;
  const raw: Json = parse(readFileSync(path, 'utf8')) ?? {};
  const defaults = raw.helmDefaults ?? {};
  return {
    shown,
    folder: dirname(path),
    wait: defaults.wait ?? false,
    timeout: defaults.timeout ?? 300,
    repositories: raw.repositories ?? [],
    releases: (raw.releases ?? []).map((one: Json) => readRelease(one, defaults, { shown, env })),
  };
}

const NONE =
  'no state file found. It must be named helmfile.d/*.{yaml,yml,yaml.gotmpl,yml.gotmpl}, helmfile.yaml, or helmfile.yaml.gotmpl, otherwise specified with the --file flag or HELMFILE_FILE_PATH environment variable';

interface Place {
  readonly shown: string;
  readonly env: Call['env'];
}

function readRelease(raw: Json, defaults: Json, place: Place): Release {
  const values = (raw.values ?? []).map((value: Json, index: number) =>
    fillIn(String(value), `values[${index}]`, raw.name, place),
  );
  return {
    name: raw.name,
    namespace: raw.namespace ?? 'default',
    chart: raw.chart,
    version: String(raw.version ?? ''),
    enabled: raw.installed !== false,
    needs: raw.needs ?? [],
    values,
    atomic: raw.atomic ?? defaults.atomic ?? false,
  };
}

/** The one template function a bootstrap helmfile lives on. */
function fillIn(text: string, field: string, release: string, { shown, env }: Place): string {
  return text.replaceAll(/\{\{-?\s*requiredEnv\s+"(\w+)"\s*-?\}\}/g, (found, name: string) => {
    const value = env[name];
    if (value) return value;
    const file = basename(shown);
    const column = text.indexOf(found) + found.indexOf('requiredEnv');
    throw new ToolFailure(
      `in ${shown}: failed executing release templates in "${file}": failed executing templates in release "${file}"."${release}": failed executing template expressions in release "${release}".${field} = "${text}": template: stringTemplate:1:${column}: executing "stringTemplate" at <requiredEnv "${name}">: error calling requiredEnv: required env var \`${name}\` is not set`,
    );
  });
}

/** Releases that match any of the selectors, such as `name=cilium,namespace!=x`; all of them without one. */
export function select(releases: readonly Release[], selectors: readonly string[]): readonly Release[] {
  if (selectors.length === 0) return releases;
  const fits = (release: Release, selector: string): boolean =>
    selector.split(',').every(part => {
      const [, key = '', not, value] = /^([^!=]+)(!?)=(.*)$/.exec(part) ?? [];
      return (labelsOf(release)[key] === value) !== (not === '!');
    });
  const chosen = releases.filter(release => selectors.some(selector => fits(release, selector)));
  if (chosen.length > 0) return chosen;
  const shown = selectors.join(', ');
  throw new ToolFailure(
    `err: no releases found that matches specified selector(${shown}) and environment(default), in any helmfile`,
    3,
  );
}

export function labelsOf({ name, namespace, chart }: Release): Record<string, string> {
  return { chart: basename(chart), name, namespace };
}

/** Where the values of a release are; throws in helmfile's words when one is missing. */
export function checkValues({ shown, folder }: State, release: Release): readonly string[] {
  return release.values.map(value => {
    const path = resolve(folder, value);
    if (existsSync(path)) return path;
    throw new ToolFailure(
      `in ${shown}: failed processing release ${release.name}: values file matching "${value}" does not exist in "${join('.', dirname(shown))}"`,
    );
  });
}
