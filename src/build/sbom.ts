import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

interface Component {
  readonly type: 'library' | 'platform';
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
  readonly sha512?: string;
}

/**
 * The bill of materials as CycloneDX 1.6: the packages that the bundler took files from, with the hashes that the lock
 * file holds them to. The same sources give the same text: neither a time nor a random number is in it.
 */
export function sbom(
  packages: readonly BundledPackage[],
  { top, version, platform }: { top: string; version: string; platform?: Component },
): string {
  const hashes = lockedHashes(top);
  const own = purl('groundup', version);
  const refOf = new Map(packages.map(one => [one.folder, purl(one.name, one.version)]));
  const refs = [...new Set(refOf.values())];
  const unique = refs.flatMap(ref => packages.find(one => refOf.get(one.folder) === ref) ?? []);
  const extra = platform === undefined ? [] : [component(platform)];
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': own, name: 'groundup', version, purl: own },
    },
    components: [
      ...unique.map(one => component({ ...one, type: 'library', ...hashes(one.folder) })),
      ...extra,
    ],
    dependencies: [
      { ref: own, dependsOn: [...refs, ...extra.map(one => one['bom-ref'])] },
      ...unique.map(one => ({
        ref: refOf.get(one.folder),
        dependsOn: [...new Set(one.imports.flatMap(folder => refOf.get(folder) ?? []))],
      })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component({ type, name, version, license, sha512 }: Component) {
  const ref = type === 'platform' ? `pkg:generic/${name}@${version}` : purl(name, version);
  return {
    type,
    'bom-ref': ref,
    name,
    version,
    purl: ref,
    ...(license === undefined ? {} : { licenses: [spdx(license)] }),
    ...(sha512 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: sha512 }] }),
  };
}

/** `(MIT OR CC0-1.0)` is an expression, one name is an id: the format keeps them apart. */
function spdx(license: string) {
  return /[ (]/.test(license) ? { expression: license } : { license: { id: license } };
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** The hash of the tarball that npm insists on, as hexadecimal digits. */
function lockedHashes(top: string): (folder: string) => { readonly sha512?: string } {
  const { packages } = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  return folder => {
    const integrity = packages[folder]?.integrity;
    if (integrity?.startsWith('sha512-') !== true) return {};
    return { sha512: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') };
  };
}
