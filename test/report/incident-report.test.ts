import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Diagnosis, Root } from '../../src/diagnosis/diagnosis.ts';
import { problems } from '../../src/layers/problems.ts';
import { type IncidentReport, incidentReport, type Told } from '../../src/report/incident-report.ts';
import { incidentsIn } from '../../src/report/incidents.ts';
import { prevention } from '../../src/report/prevention.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { cleaned, withoutIdentity, withoutPaths } from '../../src/report/without.ts';
import type { Moment } from '../../src/store/moments.ts';
import { pictureOf } from '../../src/store/picture.ts';
import { recordedRun } from '../../src/store/recorded-run.ts';
import { field } from '../../src/text/field.ts';
import { redactor } from '../../src/text/redact.ts';
import { broken, healthy, modelOf, NOW, root, running } from '../ui/fixtures/story.ts';

const MINUTE = 60_000;
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});
const schema = JSON.parse(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
);
const valid = ajv.compile(schema);

const moment = (diagnosis: Diagnosis, ms: number): Moment => ({
  at: NOW + ms,
  picture: pictureOf(modelOf({ ...diagnosis, at: NOW + ms })),
});
const saying = (change: Partial<Root>): Diagnosis => ({ ...broken, root: { ...root, ...change } });
const repair = recordedRun(
  { ...running, state: 'succeeded', exitCode: 0 },
  { startedAt: NOW + 3 * MINUTE, endedAt: NOW + 5 * MINUTE },
);

/** Healthy, broken, a repair under which the cause looks different, healthy again. */
const night: Told = {
  moments: [
    moment(healthy, 0),
    moment(saying({ rule: 'cni.presence', inputs: [field('daemonsets: live, 2 objects')] }), MINUTE),
    moment(saying({ cause: field('a Helm operation never ended') }), 4 * MINUTE),
    moment(healthy, 5 * MINUTE),
  ],
  gaps: [{ from: NOW + 6 * MINUTE, to: NOW + 8 * MINUTE }],
  runs: [repair],
  since: NOW,
  until: NOW + 10 * MINUTE,
  by: '0.1.0',
};

function told(given: Partial<Told> = {}): IncidentReport {
  const made = incidentReport({ ...night, ...given });
  if (made === null) throw new Error('nothing was told');
  return made;
}

describe('the report of a night', () => {
  it('tells what self-healing left to people', () => {
    const text = field('self-healing left it to people: scale-coredns is not opted in');
    const report = told({
      notes: [
        { at: NOW + 2 * MINUTE, text },
        { at: NOW - MINUTE, text: field('before') },
      ],
    });
    expect(report.timeline.filter(one => one.kind === 'healing').map(one => one.text)).toEqual([text]);
    expect(valid(report)).toBe(true);
    expect(reportMarkdown(report)).toContain(text);
  });

  it.each([
    ['an incident', told()],
    ['a quiet time', told({ moments: [moment(healthy, 0)], runs: [], gaps: [] })],
    ['an incident that is not over', told({ moments: night.moments.slice(0, 3) })],
  ])('holds the contract for %s', (_name, report) => {
    expect(valid(JSON.parse(JSON.stringify(report))), JSON.stringify(valid.errors)).toBe(true);
  });

  it('knows every problem of the closed vocabulary', () => {
    expect([...schema.$defs.problem.enum].sort()).toEqual(Object.keys(problems).sort());
  });

  it('tells from when to when, and the cause as it was known before the repair touched it', () => {
    const [incident, ...others] = told().incidents;
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      from: new Date(NOW + MINUTE).toISOString(),
      to: new Date(NOW + 5 * MINUTE).toISOString(),
      lastedMs: 4 * MINUTE,
      worst: 'down',
      namedAfterMs: 0,
      root: { cause: 'deleted outside Helm and Flux', rule: 'cni.presence' },
    });
    expect(incident?.layers).toEqual([
      'nodes',
      'cni',
      'pod-network',
      'dns',
      'service-discovery',
      'flux',
      'apps',
    ]);
  });

  it('puts layers, causes, actions and gaps in one order', () => {
    const kinds = told().timeline.map(({ kind }) => kind);
    expect(kinds.filter(kind => kind === 'root')).toHaveLength(2);
    expect(kinds.filter(kind => kind === 'action')).toHaveLength(2);
    expect(kinds.at(-1)).toBe('unseen');
    const times = told().timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });

  it('carries what the action ran and said, versions, and what to do next time', () => {
    const { actions, versions, prevention: advice } = told();
    expect(actions[0]?.commands[0]?.[0]).toBe('helmfile');
    expect(actions[0]?.output).toContain('Release "cilium" has been upgraded. Happy Helming!');
    expect(versions).toMatchObject({ groundup: '0.1.0', kubernetes: 'v1.33.1' });
    expect(versions.components[0]).toMatchObject({ name: 'cilium', wanted: '1.17.4', running: '1.17.4' });
    expect(advice.join(' ')).toContain('kube-system');
  });

  it('begins with how it was when it is asked for the last part only', () => {
    const late = told({ since: NOW + 2 * MINUTE });
    expect(late.incidents[0]?.from).toBe(new Date(NOW + MINUTE).toISOString());
    expect(incidentReport({ ...night, moments: [], until: NOW })).toBeNull();
  });

  it('is Markdown in which foreign text is no markup and no line ends a fence', () => {
    const lines = [{ at: 0, from: 'stdout', text: field('``` # no') } as const];
    const page = reportMarkdown(told({ runs: [{ ...repair, title: field('sync *all* | now'), lines }] }));
    expect(page).toContain('### sync \\*all\\* \\| now: succeeded');
    expect(page).toContain('````text\n``` # no\n````');
    expect(page).toContain('1. **Why are 14 of 16 applications not ready?**');
    expect(page).toContain('Concluded by rule `cni.presence`');
    expect(page).not.toMatch(/\d\.\d{3}Z/);
  });
});

describe('incidents', () => {
  it('are one while the breath between them is short, and two after it', () => {
    const story = (pause: number): readonly Moment[] => [
      moment(broken, 0),
      moment(healthy, MINUTE),
      moment(broken, MINUTE + pause),
      moment(healthy, 5 * MINUTE),
    ];
    expect(incidentsIn(story(30_000), NOW + 6 * MINUTE)).toHaveLength(1);
    expect(incidentsIn(story(90_000), NOW + 6 * MINUTE)).toHaveLength(2);
  });

  it('name the cause that was seen for longest, and the others beside it', () => {
    const other: Root = { ...root, layer: 'dns', problem: 'crashing', summary: field('CoreDNS crashes') };
    const found = incidentsIn(
      [moment(broken, 0), moment({ ...broken, root: other }, 4 * MINUTE), moment(healthy, 5 * MINUTE)],
      NOW + 6 * MINUTE,
    );
    expect(found[0]?.root?.layer).toBe('cni');
    expect(found[0]?.others.map(({ layer }) => layer)).toEqual(['dns']);
  });
});

describe('an incident with a repair', () => {
  const other = (layer: Root['layer'], problem: Root['problem']): Diagnosis => ({
    ...broken,
    root: { ...root, layer, problem },
  });
  const over = [moment(healthy, 5 * MINUTE)];
  const named = (moments: readonly Moment[], ...actedAt: readonly number[]) => {
    const [found] = incidentsIn(
      [...moments, ...over],
      NOW + 6 * MINUTE,
      actedAt.map(at => NOW + at),
    );
    return [found?.root?.problem, found?.namedAt === undefined ? null : (found.namedAt ?? 0) - NOW];
  };

  it.each([
    ['within a second of the detection', 500],
    // Times of the cluster come in whole seconds.
    ['at a moment that seems to lie before it', -900],
  ])('is called by what was repaired, not by what followed, when it begins %s', (_, actedAt) => {
    const moments = [moment(broken, 0), moment(other('cni', 'stuck'), 1000)];
    expect(named(moments, actedAt)).toEqual(['missing', 0]);
  });

  it('is called by the lower cause that was repaired, although a symptom above was named for longer', () => {
    const moments = [moment(other('dns', 'crashing'), 0), moment(broken, 20_000)];
    expect(named([...moments, moment(other('dns', 'stuck'), 21_000)], 20_500)).toEqual(['missing', 20_000]);
  });

  it('is called by a lower cause that was found only after a repair that was none', () => {
    const moments = [moment(other('dns', 'crashing'), 0), moment(broken, 60_000)];
    expect(named(moments, 30_000)).toEqual(['missing', 60_000]);
  });

  it('is not called by a lower fault that passed before the repair', () => {
    const moments = [moment(other('nodes', 'pressure'), 0), moment(broken, 1000)];
    expect(named(moments, 60_000)).toEqual(['missing', 1000]);
  });

  it('lists the others beside it, what followed last', () => {
    const moments = [moment(broken, 0), moment(other('cni', 'stuck'), 1000)];
    const [found] = incidentsIn([...moments, ...over], NOW + 6 * MINUTE, [NOW + 500]);
    expect(found?.others.map(({ problem }) => problem)).toEqual(['stuck']);
  });
});

describe('what leaves the machine', () => {
  const secret = 'c2VjcmV0LW9mLXRoZS1jbHVzdGVy';
  const seeded = (): IncidentReport => {
    const texts = [
      `login with ${secret}`,
      'token: abcdefgh12345678',
      'Authorization: Bearer abcdef.ghijkl',
      '-----BEGIN PRIVATE KEY-----',
      'https://user:p4ssw0rd@git.example.org/x.git',
      'reading /home/someone/src/homelab/bootstrap/helmfile.yaml: no such file',
      'wrote /tmp/helmfile123/values.yaml',
      "open '/repo/of/mine/secrets.yaml'",
      'no socket at /var/run/cilium/cilium.sock on 10.0.0.17 (fd00::1)',
    ].map(text => field(text));
    const said = saying({
      whys: root.whys.map(link => ({ ...link, evidence: texts })),
      inputs: texts,
      rule: 'r',
    });
    const lines = texts.map(text => ({ at: 0, from: 'stderr', text }) as const);
    const commands = [
      ['helmfile', '--file', '/home/someone/src/homelab/bootstrap/helmfile.yaml', 'sync'].map(w => field(w)),
    ];
    return told({
      moments: [moment(said, 0)],
      runs: [{ ...repair, lines, commands, failure: texts[0] ?? null }],
    });
  };
  const redact = redactor([secret]);
  const paths = withoutPaths(['/home/someone', '/repo/of/mine', '/tmp']);

  it('holds no secret and no path of the machine, in either format', () => {
    const report = cleaned(seeded(), text => paths(redact(text)));
    for (const page of [JSON.stringify(report), reportMarkdown(report)]) {
      for (const hidden of [
        secret,
        'abcdefgh12345678',
        'abcdef.ghijkl',
        'PRIVATE',
        'p4ssw0rd',
        '/home/',
        'someone',
        '/tmp',
        '/repo/of',
      ])
        expect(page, hidden).not.toContain(hidden);
      expect(page).toContain('/var/run/cilium/cilium.sock');
      expect(page).toContain('…/helmfile.yaml');
    }
    expect(valid(JSON.parse(JSON.stringify(report))), JSON.stringify(valid.errors)).toBe(true);
  });

  it('holds no name and no address either when that is asked for', () => {
    const names = new Map([
      ['homelab', 'the-cluster'],
      ['https://10.0.0.10:6443', 'https://<server>'],
      ['7f3c91aa-0000', '<uid>'],
      ['k8s-1', 'node-1'],
    ]);
    const hide = withoutIdentity(names);
    const report = cleaned(seeded(), text => hide(paths(redact(text))));
    const page = JSON.stringify(report);
    for (const hidden of ['"homelab"', '10.0.0.', 'git.example.org', '7f3c91aa', 'k8s-1', 'fd00::1'])
      expect(page, hidden).not.toContain(hidden);
    expect(page).toContain('node-1');
    expect(page).toContain('<address-1>');
    expect(valid(JSON.parse(page)), JSON.stringify(valid.errors)).toBe(true);
  });

  it('keeps times, versions and words that only look like paths or addresses', () => {
    const text = 'v1.33.1 at 03:04:05, kube-system/cilium 1.17.4, and/or, /apis/apps/v1/deployments, 12:30';
    expect(withoutIdentity(new Map())(paths(text))).toBe(text);
  });
});

describe('prevention', () => {
  it('says nothing after a quiet night, and each thing once', () => {
    expect(prevention([])).toEqual([]);
    const twice = prevention([root, root]);
    expect(new Set(twice).size).toBe(twice.length);
  });

  it.each([
    [{ layer: 'cni', problem: 'missing', cause: field('pruned by Kustomization apps') }, /prune: disabled/],
    [{ layer: 'dns', problem: 'crashing' }, /Corefile/],
    [{ layer: 'apps', problem: 'release-pending' }, /outlives the terminal/],
    [{ layer: 'api', problem: 'certificate-expiring' }, /Renew/],
    [{ layer: 'apps', problem: 'webhook-blocks' }, /Exempt/],
  ] as const)('fits %o', (change, advice) => {
    expect(prevention([{ ...root, ...change }])[0]).toMatch(advice);
  });
});
