import { stringify } from 'yaml';
import type { Json } from '../../world.ts';
import { spaced } from '../columns.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { type Asked, collectionOf, discover, type Kind, readAsked, shownName } from './resources.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** `kubectl get`: tables come from the server's printer, everything else from the objects. */
export async function get(kubectl: KubectlCall): Promise<number> {
  const asked = readAsked(await discover(kubectl), kubectl.words);
  const output = kubectl.flags.value('output') ?? '';
  if (output === '' || output === 'wide') return tables(kubectl, asked, output === 'wide');
  const objects = (await Promise.all(asked.map(one => objectsOf(kubectl, one)))).flat();
  kubectl.call.out(format(output, objects, asked));
  return 0;
}

async function tables(kubectl: KubectlCall, asked: readonly Asked[], wide: boolean): Promise<number> {
  const { flags, namespace, call } = kubectl;
  const texts: string[] = [];
  for (const { kind, names } of asked) {
    const everywhere = flags.has('all-namespaces') && kind.namespaced;
    const table = await tableOf(kubectl, kind, names);
    if (table.rows.length > 0)
      texts.push(tableText(table, { wide, everywhere, prefix: asked.length > 1 ? shownName(kind, '') : '' }));
    else if (asked.length === 1)
      call.err(
        everywhere || !kind.namespaced
          ? 'No resources found\n'
          : `No resources found in ${namespace} namespace.\n`,
      );
  }
  call.out(texts.join('\n'));
  return 0;
}

async function tableOf(kubectl: KubectlCall, kind: Kind, names: readonly string[]): Promise<Json> {
  const { api } = kubectl;
  const collection = collectionOf(kind, scopeOf(kubectl));
  if (names.length === 0) return api.send(`${collection}${selectorOf(kubectl)}`, { accept: TABLE });
  const found = await Promise.all(names.map(name => api.send(`${collection}/${name}`, { accept: TABLE })));
  return { ...found[0], rows: found.flatMap(one => one.rows) };
}

function tableText(
  table: Json,
  { wide, everywhere, prefix }: { wide: boolean; everywhere: boolean; prefix: string },
): string {
  const shown: number[] = table.columnDefinitions.flatMap((column: Json, index: number) =>
    wide || column.priority === 0 ? [index] : [],
  );
  const head: string[] = shown.map(index => table.columnDefinitions[index].name.toUpperCase());
  const rows: string[][] = table.rows.map(({ cells, object }: Json) => [
    ...(everywhere ? [object.metadata.namespace] : []),
    ...shown.map(index => `${index === 0 ? prefix : ''}${cells[index] ?? '<none>'}`),
  ]);
  return spaced([[...(everywhere ? ['NAMESPACE'] : []), ...head], ...rows]);
}

/** The objects of one kind that were asked for. Throws in kubectl's words when one is missing. */
export async function objectsOf(kubectl: KubectlCall, { kind, names }: Asked): Promise<Json[]> {
  const { api } = kubectl;
  const collection = collectionOf(kind, scopeOf(kubectl));
  if (names.length > 0) return Promise.all(names.map(name => api.send(`${collection}/${name}`)));
  const { items, apiVersion } = await api.send(`${collection}${selectorOf(kubectl)}`);
  return items.map((item: Json) => ({ apiVersion, kind: kind.kind, ...item }));
}

function scopeOf({ flags, namespace }: KubectlCall): string | undefined {
  return flags.has('all-namespaces') ? undefined : namespace;
}

function selectorOf({ flags }: KubectlCall): string {
  const query = new URLSearchParams();
  const [labels, fields] = [flags.value('selector'), flags.value('field-selector')];
  if (labels) query.set('labelSelector', labels);
  if (fields) query.set('fieldSelector', fields);
  return query.size > 0 ? `?${query}` : '';
}

function format(output: string, objects: readonly Json[], asked: readonly Asked[]): string {
  const one = asked.length === 1 && asked[0]?.names.length === 1;
  const whole = one
    ? objects[0]
    : { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
  if (output === 'json') return `${JSON.stringify(whole, null, 4)}\n`;
  if (output === 'yaml') return stringify(whole);
  if (output === 'name') {
    const kind = asked[0]?.kind;
    return objects
      .map(object => `${kind ? shownName(kind, object.metadata.name) : object.metadata.name}\n`)
      .join('');
  }
  const [, path] = /^jsonpath=\{\.([\w.]+)\}$/.exec(output) ?? [];
  if (path === undefined)
    throw new ToolFailure(`error: unable to match a printer suitable for the output format "${output}"`);
  const found = path.split('.').reduce((value: Json, key) => value?.[key], whole);
  return typeof found === 'object' ? JSON.stringify(found) : String(found ?? '');
}
