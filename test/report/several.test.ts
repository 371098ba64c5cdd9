import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkReport } from '../../src/report/check-report.ts';
import { checksReport } from '../../src/report/checks-report.ts';
import { formatsOfSeveral } from '../../src/report/formats-of-several.ts';
import { formats } from '../../src/report/index.ts';
import { calm, cniGone, syncCilium } from './diagnosis.ts';

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/report/${name}.schema.json`, import.meta.url), 'utf8'));
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});
ajv.addSchema(schema('check'));
const valid = ajv.compile(schema('checks'));
const edge = { ...calm, cluster: { ...calm.cluster, context: cniGone.cluster.context } };
const healthy = checkReport(edge, new Map());
const broken = checkReport(cniGone, new Map([['cni', [syncCilium]]]));
const both = checksReport([healthy, broken]);

describe('a look at several clusters', () => {
  it('is one JSON document that holds the contract, with whole reports in it', () => {
    const document = JSON.parse(formatsOfSeveral.json(both));
    expect(valid(document), JSON.stringify(valid.errors)).toBe(true);
    expect(document.clusters[1]).toEqual(JSON.parse(formats.json(broken)));
    expect(parse(formatsOfSeveral.yaml(both))).toEqual(document);
    expect(valid({ ...document, clusters: [document.clusters[0]] })).toBe(false);
  });

  it.each([
    [['healthy', 'down', 'unknown'], 'down'],
    [['unknown', 'degraded'], 'degraded'],
    [['progressing', 'unknown'], 'unknown'],
    [['healthy', 'progressing'], 'progressing'],
    [['healthy', 'healthy'], 'healthy'],
  ] as const)('of %j is %s', (verdicts, worst) => {
    expect(checksReport(verdicts.map(verdict => ({ ...healthy, verdict }))).verdict).toBe(worst);
  });

  it('keeps the series of a metric together, under one HELP and one TYPE', () => {
    const lines = formatsOfSeveral.prometheus(both).trimEnd().split('\n');
    const heads = lines.filter(line => line.startsWith('#'));
    expect(new Set(heads).size).toBe(heads.length);
    const names = lines.filter(line => !line.startsWith('#')).map(line => /^\w+/.exec(line)?.[0]);
    const changes = names.filter((name, at) => name !== names[at - 1]);
    expect(new Set(changes).size).toBe(changes.length);
    const single = (report: typeof healthy) =>
      formats
        .prometheus(report)
        .split('\n')
        .filter(line => /^\w/.test(line));
    expect(lines.filter(line => /^\w/.test(line)).sort()).toEqual(
      [...single(healthy), ...single(broken)].sort(),
    );
  });

  it('is one JUnit document with a suite a cluster', () => {
    const xml = formatsOfSeveral.junit(both);
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
    expect(xml).toContain(
      `<testsuites name="groundup" tests="16" failures="${(xml.match(/<failure /g) ?? []).length}">`,
    );
  });

  it('begins its text with every cluster in one line', () => {
    const [first, one, other] = formatsOfSeveral.text(both).split('\n');
    expect(first).toBe('2 clusters: down');
    expect([one, other]).toEqual([
      expect.stringMatching(/^ {2}.*healthy$/),
      expect.stringMatching(/^ {2}.*down - /),
    ]);
    expect(formatsOfSeveral.markdown(both).match(/^# /gm)).toHaveLength(2);
  });
});
