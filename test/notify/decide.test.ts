import { describe, expect, test } from 'vitest';
import {
  decide,
  type NotifyMemory,
  nothingTold,
  readMemory,
  type Told,
  toldOf,
} from '../../src/notify/decide.ts';
import { filledIn, messageOf } from '../../src/notify/message.ts';
import { calm, cniGone, syncCilium } from '../report/diagnosis.ts';

const healthy: Told = { verdict: 'healthy', cause: null };
const down: Told = { verdict: 'down', cause: 'cni missing DaemonSet kube-system/cilium' };
const other: Told = { verdict: 'down', cause: 'dns crashing Deployment kube-system/coredns' };
const MINUTE = 60_000;

/** What is told at each look: [minute, state]. */
function told(looks: readonly (readonly [number, Told])[], debounceMs = 2 * MINUTE): readonly string[] {
  let memory: NotifyMemory = nothingTold;
  return looks.flatMap(([minute, state]) => {
    const decision = decide(memory, state, minute * MINUTE, debounceMs);
    memory = decision.memory;
    const { tell } = decision;
    return tell === null
      ? []
      : [`${minute} ${tell.before?.verdict ?? '-'}>${tell.now.verdict} ${tell.now.cause ?? ''}`];
  });
}

describe('whether a change is told', () => {
  test.each<[string, readonly (readonly [number, Told])[], readonly string[]]>([
    [
      'a healthy cluster is no news',
      [
        [0, healthy],
        [5, healthy],
      ],
      [],
    ],
    [
      'a fault that lasted two minutes',
      [
        [0, healthy],
        [1, down],
        [3, down],
      ],
      [`3 healthy>down ${down.cause}`],
    ],
    [
      'a fault seen three times in a row',
      [
        [0, healthy],
        [1, down],
        [1.1, down],
        [1.2, down],
      ],
      [`1.2 healthy>down ${down.cause}`],
    ],
    [
      'a fault that was gone in time',
      [
        [0, healthy],
        [1, down],
        [2, healthy],
        [3, down],
        [4, healthy],
      ],
      [],
    ],
    [
      'once only',
      [
        [0, down],
        [5, down],
        [10, down],
        [60, down],
      ],
      [`5 ->down ${down.cause}`],
    ],
    [
      'another cause of the same verdict',
      [
        [0, down],
        [5, down],
        [6, other],
        [9, other],
      ],
      [`5 ->down ${down.cause}`, `9 down>down ${other.cause}`],
    ],
    [
      'a cause that moves while it falls, by its last name',
      [
        [0, healthy],
        [1, down],
        [3, other],
      ],
      [`3 healthy>down ${other.cause}`],
    ],
    [
      'the end, after two good looks',
      [
        [0, down],
        [5, down],
        [6, healthy],
        [6.2, healthy],
      ],
      [`5 ->down ${down.cause}`, '6.2 down>healthy '],
    ],
  ])('%s', (_name, looks, expected) => {
    expect(told(looks)).toEqual(expected);
  });

  test('at once without a debounce', () => {
    expect(told([[0, down]], 0)).toEqual([`0 ->down ${down.cause}`]);
  });

  test.each([
    [null],
    ['text'],
    [{ told: { verdict: 3 } }],
    [{ pending: { state: down, since: 'x', looks: 1 } }],
  ])('what was written down as %j is not believed', raw => {
    expect(readMemory(raw)).toEqual(nothingTold);
  });

  test('the cause is the layer, its problem and its object', () => {
    expect([toldOf(calm), toldOf(cniGone)]).toEqual([
      healthy,
      { ...down, cause: expect.stringMatching(/^cni missing DaemonSet kube-system\/cilium$/) },
    ]);
  });
});

describe('the news', () => {
  const news = messageOf(cniGone, { before: healthy, now: down }, syncCilium, ['s3cr3t-value']);

  test('has verdict, root, chain and the first command', () => {
    expect(news.text).toMatch(
      /^homelab: down \(was healthy\)\ncni: DaemonSet kube-system\/cilium does not exist/,
    );
    expect(news.text).toContain('$ helmfile --file');
    expect(news.payload).toMatchObject({
      schema: 'groundup.dev/notify/v1',
      verdict: 'down',
      before: 'healthy',
      root: { layer: 'cni' },
    });
  });

  test('fills a command argument by argument', () => {
    expect(
      filledIn(['send', '--title={context} {verdict}', '{summary}', '{nothing}'], {
        ...news.words,
        summary: '; rm -rf $(x)',
      }),
    ).toEqual(['send', '--title=homelab down', '; rm -rf $(x)', '{nothing}']);
  });

  test('holds no secret', () => {
    const root =
      cniGone.root === null ? null : { ...cniGone.root, summary: 'token=abcdefgh and s3cr3t-value' as never };
    const { text, payload, words } = messageOf({ ...cniGone, root }, { before: null, now: down }, null, [
      's3cr3t-value',
    ]);
    expect(JSON.stringify([text, payload, words])).not.toMatch(/abcdefgh|s3cr3t-value/);
  });
});
