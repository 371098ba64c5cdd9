import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAULTS, faultNamed } from '../../src/simulator/faults/index.ts';
import {
  type Ended,
  eventually,
  makeSandbox,
  program,
  run,
  type Sandbox,
  type Served,
  startServe,
} from './program.ts';

interface Report {
  readonly verdict: string;
  readonly cluster: { readonly context: string; readonly version: string };
  readonly root: Root | null;
  readonly otherRoots: readonly Root[];
  readonly layers: readonly { readonly id: string; readonly verdict: string; readonly key: number }[];
  readonly components: readonly { readonly name: string }[];
}
interface Root {
  readonly layer: string;
  readonly object: { readonly kind: string; readonly namespace: string | null; readonly name: string } | null;
  readonly summary: string;
  readonly remedies: readonly { readonly commands: readonly (readonly string[])[] }[];
}

const codes: Readonly<Record<string, number>> = {
  healthy: 0,
  progressing: 1,
  degraded: 1,
  down: 2,
  unknown: 3,
};
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});
const isReport = ajv.compile(
  JSON.parse(readFileSync(join(dirname(program), '../dist/check.schema.json'), 'utf8')),
);

const sandbox: Sandbox = makeSandbox();
afterAll(() => sandbox.remove());

describe('check against a healthy cluster that is served', () => {
  let served: Served;
  beforeAll(async () => {
    served = await startServe(sandbox, ['--speed', '20']);
  });
  afterAll(() => served.stop());
  const check = (...args: string[]): Promise<Ended> => run(sandbox, ['check', ...args], { env: served.env });

  it('exits 0 and tells all eight layers as text', async () => {
    const ended = await check();
    expect(ended.code, ended.out).toBe(0);
    expect(ended.out).toMatch(/^demo v1\.33\.1: healthy$/m);
    expect(ended.out.match(/● .* healthy/g)).toHaveLength(8);
    expect(ended.err).toBe('');
  });

  it('keeps its JSON contract, and YAML says the same', async () => {
    const [json, yaml] = await Promise.all([check('-o', 'json'), check('--output=yaml')]);
    const report = read(json);
    expect([json.code, yaml.code]).toEqual([0, 0]);
    expect(report).toMatchObject({ verdict: 'healthy', root: null, otherRoots: [] });
    expect(report.layers.map(layer => layer.key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(report.components.map(one => one.name)).toEqual(
      expect.arrayContaining([
        'cilium',
        'coredns',
        'cert-manager',
        'flux-operator',
        'flux-instance',
        'spegel',
      ]),
    );
    const other = parse(yaml.out);
    expect(isReport(other), JSON.stringify(isReport.errors)).toBe(true);
    expect(other.layers.map(verdictOf)).toEqual(report.layers.map(verdictOf));
  });

  it('speaks Prometheus, JUnit and Markdown', async () => {
    const [metrics, junit, page] = await Promise.all([
      check('-o', 'prometheus'),
      check('-o', 'junit'),
      check('-o', 'markdown'),
    ]);
    expect(metrics.out).toMatch(/^groundup_cluster_verdict\{context="demo",verdict="healthy"\} 1$/m);
    expect(junit.out).toMatch(/^<\?xml [\s\S]*tests="8" failures="0"/);
    expect(page.out).toMatch(/^\| 2 \| CNI \| healthy \|/m);
    expect([metrics.code, junit.code, page.code]).toEqual([0, 0, 0]);
  });

  it('judges only the layers that are asked for, by id or key', async () => {
    const report = read(await check('--layer', 'dns', '--layer', '2', '-o', 'json'));
    expect(report.layers.map(layer => layer.id)).toEqual(['cni', 'dns']);
  });

  it('does not mind a reader that stops reading', async () => {
    const ended = await run(sandbox, ['check', '-o', 'json'], { env: served.env, stopReading: true });
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
  });

  it('is still healthy when the served cluster has lived for a while', async () => {
    await eventually(
      'a minute of the cluster is over',
      () => served.age() * 20,
      lived => lived > 130_000,
    );
    const ended = await check();
    expect(ended.code, ended.out).toBe(0);
  });
});

describe('demo --list', () => {
  it('names every fault, one a line', async () => {
    const { out, code } = await run(sandbox, ['demo', '--list']);
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => line.split(' ')[0]),
    ).toEqual(FAULTS.map(fault => fault.name));
    expect(FAULTS).toHaveLength(23);
  });
});

describe('check against a served cluster with a fault', () => {
  let served: Served | undefined;
  afterEach(async () => {
    await served?.stop();
    served = undefined;
    expect(sandbox.left()).toEqual([]);
  });

  it.each([
    'api-down',
    'control-plane-frozen',
    'node-down',
    'cni-gone',
    'coredns-zero',
    'dns-service-gone',
    'flux-instance-gone',
    'sops-key',
    'two-roots',
  ])('%s: the JSON names its layer and object, and the exit code is that of the verdict', async name => {
    const fault = faultNamed(name);
    if (fault === undefined) throw new Error(`there is no fault ${name}`);
    served = await startServe(sandbox, ['--speed', '40', '--scenario', name]);
    const { env } = served;
    const wanted = [fault.expects, ...(fault.alsoExpects ?? [])];
    const ended = await eventually(
      name,
      () => run(sandbox, ['check', '-o', 'json', '--timeout', '5s'], { env }),
      seen =>
        wanted.every((one, at) =>
          rootsOf(seen, at).includes(`${one.layer} ${one.objectKind} ${one.objectName}`),
        ),
      60_000,
    );
    const report = read(ended);
    expect(ended.code).toBe(codes[report.verdict]);
    expect(ended.code).toBeGreaterThan(0);
    expect(report.layers.find(layer => layer.id === fault.expects.layer)?.verdict).not.toBe('healthy');
    if (name === 'cni-gone') await tellsHowToRepair(env, report);
  });
});

async function tellsHowToRepair(env: Readonly<Record<string, string>>, report: Report): Promise<void> {
  const commands = report.root?.remedies[0]?.commands.map(command => command.join(' ')) ?? [];
  expect(commands.join('\n')).toMatch(
    /helmfile --file \S*bootstrap\/helmfile\.yaml .*--selector name=cilium sync/,
  );
  const check = (...args: string[]): Promise<Ended> => run(sandbox, ['check', ...args], { env });
  const text = await check();
  expect(text.out).toMatch(/^ROOT CAUSE {2}cni: DaemonSet kube-system\/cilium does not exist/m);
  expect(text.out).toContain('--selector name=cilium sync');
  expect((await check('--fail-on', 'down')).code).toBe(2);
  const dns = read(await check('--layer', 'dns', '-o', 'json'));
  expect(dns).toMatchObject({ layers: [{ id: 'dns' }], root: { layer: 'cni' } });
  expect((await check('--layer', 'api')).code).toBe(0);
}

function rootsOf(ended: Ended, at: number): readonly string[] {
  const { root, otherRoots } = read(ended);
  return (at === 0 ? [root] : [root, ...otherRoots]).flatMap(one =>
    one === null ? [] : [`${one.layer} ${one.object?.kind ?? null} ${nameOf(one)}`],
  );
}

function nameOf({ object }: Root): string | null {
  if (object === null) return null;
  return object.namespace === null ? object.name : `${object.namespace}/${object.name}`;
}

/** The report, after it was held against the schema that is shipped. */
function read({ out, err }: Ended): Report {
  expect(err).toBe('');
  const report = JSON.parse(out);
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  return report;
}

function verdictOf({ id, verdict }: { readonly id: string; readonly verdict: string }): string {
  return `${id} ${verdict}`;
}
