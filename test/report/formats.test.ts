import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { problems } from '../../src/layers/problems.ts';
import { checkReport } from '../../src/report/check-report.ts';
import { formatNames } from '../../src/report/format-names.ts';
import { formats } from '../../src/report/index.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { calm, cniGone, syncCilium } from './diagnosis.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../src/report/check.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});
const valid = ajv.compile(schema);
const healthy = checkReport(calm, new Map(), snapshotOf().api);
const broken = checkReport(cniGone, new Map([['cni', [syncCilium]]]));

describe('the JSON contract', () => {
  it.each([
    ['a healthy cluster', healthy],
    ['a broken one', broken],
  ])('holds for %s', (_name, report) => {
    expect(valid(JSON.parse(formats.json(report))), JSON.stringify(valid.errors)).toBe(true);
  });

  it('refuses a verdict that is not in the vocabulary', () => {
    expect(valid({ ...JSON.parse(formats.json(healthy)), verdict: 'fine' })).toBe(false);
  });

  it('lists every problem of the closed vocabulary, and no other', () => {
    expect([...schema.$defs.problem.enum].sort()).toEqual(Object.keys(problems).sort());
  });

  it('carries the remedy of the root with its exact command', () => {
    expect(broken.root?.remedies[0]?.commands).toEqual([
      ['helmfile', '--file', 'bootstrap/my file.yaml', 'sync'],
    ]);
  });
});

it('tells Prometheus when certificates end', () => {
  const text = formats.prometheus(healthy);
  expect(text).toMatch(
    /groundup_certificate_expires_seconds\{context="homelab",certificate="server"\} 1785639845\n/,
  );
  expect(text).toContain('certificate="client"');
  expect(formats.prometheus(broken)).not.toContain('certificate="');
});

describe('the other formats carry the same facts', () => {
  it('as YAML, word for word', () => {
    expect(parse(formats.yaml(broken))).toEqual(JSON.parse(formats.json(broken)));
  });

  it('as text: root, chain, repair with shell quotes, and one line a layer', () => {
    const text = formats.text(broken);
    expect(text).toContain('ROOT CAUSE  cni: DaemonSet kube-system/cilium does not exist');
    expect(text).toContain("repair   helmfile --file 'bootstrap/my file.yaml' sync");
    expect(text).toMatch(/2 ✗ cni\s+down/);
    expect(text).toMatch(/4 ↑ dns\s+blocked by cni/);
    expect(text).toMatch(/6 \? flux\s+unknown \(rbac\)/);
  });

  it('as JUnit: a failure for each layer that is not green, and well-formed text', () => {
    const xml = formats.junit(broken);
    expect(xml).toContain('tests="8" failures="3"');
    expect(xml).toContain('missing &lt;&amp;&gt;');
    expect(formats.junit(healthy)).toContain('failures="0"');
  });

  it('as Prometheus: exactly one verdict a layer is 1, and the root names its object', () => {
    const metrics = formats.prometheus(broken);
    expect(metrics.match(/^groundup_layer_verdict\{.*layer="cni".*\} 1$/gm)).toEqual([
      'groundup_layer_verdict{context="homelab",layer="cni",verdict="down"} 1',
    ]);
    expect(metrics).toContain('problem="missing",kind="DaemonSet",namespace="kube-system",name="cilium"} 1');
    expect(metrics).toContain('groundup_cluster_verdict{context="homelab",verdict="down"} 1');
    for (const line of metrics.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) |groundup_\w+\{[^}]*\} -?\d+(\.\d+)?$)/);
  });

  it('as Markdown, in which text of the cluster is not markup', () => {
    const page = formats.markdown(broken);
    expect(page).toContain('Why is there no \\<agent\\> & "socket"?');
    expect(page).toContain('| 2 | cni | down | Cilium agents 0/3 |');
  });

  it('are all registered under the names that --output accepts', () => {
    expect(Object.keys(formats)).toEqual([...formatNames]);
  });
});
