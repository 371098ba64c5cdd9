import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of which at least one file is in the bundle. */
export interface BundledPackage {
  /** Below the top folder, `node_modules/a/node_modules/b`. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  /** Folders of the packages that it imports; only what is really reached. */
  readonly imports: readonly string[];
}

/** What the bundle is made of, as the bundler saw it: neither more nor less than what is handed out. Sorted by folder. */
export function bundledPackages(metafile: Metafile, top: string): readonly BundledPackage[] {
  const edges = new Map<string, Set<string>>();
  for (const [input, { imports }] of Object.entries(metafile.inputs)) {
    const from = packageFolder(input);
    if (from === undefined) continue;
    const targets = edges.get(from) ?? new Set();
    edges.set(from, targets);
    for (const { path } of imports) {
      const to = packageFolder(path);
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return [...edges.keys()].sort().map(folder => {
    const about = JSON.parse(readFileSync(join(top, folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    const { name, version, license } = about;
    return { folder, name, version, license, imports: [...(edges.get(folder) ?? [])].sort() };
  });
}

function packageFolder(input: string): string | undefined {
  return /^((?:.*?node_modules\/)+(?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
}
