import { describe, expect, onTestFinished, test } from 'vitest';
import { isElsewhere, sendHttps } from '../../src/notify/send-https.ts';
import { hook, options } from './hook.ts';

describe('a message', () => {
  test('is posted as JSON; without a body it is a sign of life', async () => {
    const { url, hits } = await hook(response => response.end('ok'));
    expect(await sendHttps(url, { text: 'down' }, options)).toEqual({ ok: true });
    expect(await sendHttps(url, undefined, options)).toEqual({ ok: true });
    expect(hits).toEqual([
      { method: 'POST', url: '/T0KEN/path', body: '{"text":"down"}' },
      { method: 'GET', url: '/T0KEN/path', body: '' },
    ]);
  });

  test('is not carried on by a redirect, and a refusal says its number', async () => {
    const other = await hook(response => response.end());
    const { url } = await hook(response => response.writeHead(307, { location: other.url }).end());
    expect(await sendHttps(url, {}, options)).toEqual({
      ok: false,
      why: expect.stringContaining('redirects'),
    });
    expect(other.hits).toEqual([]);
    const refusing = await hook(response => response.writeHead(403).end());
    expect(await sendHttps(refusing.url, {}, options)).toEqual({
      ok: false,
      why: 'localhost: it answers 403',
    });
  });

  test('is given up at the deadline, and an endless answer is not read', async () => {
    const silent = await hook(() => undefined);
    expect(await sendHttps(silent.url, {}, { ...options, deadlineMs: 200 })).toEqual({
      ok: false,
      why: 'localhost: no answer in time',
    });
    const endless = await hook(response => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
      onTestFinished(() => void response.destroy());
    });
    expect(await sendHttps(endless.url, {}, options)).toEqual({ ok: true });
  });

  test('never names more of the address than its host', async () => {
    const { url } = await hook(response => response.writeHead(500).end());
    for (const sent of [
      await sendHttps(url, {}, options),
      await sendHttps(url, {}, { mayReach: () => true }),
    ])
      expect(JSON.stringify(sent)).not.toContain('T0KEN');
  });
});

describe('where messages may go', () => {
  test.each([
    ['http://example.com/x', /only https/],
    ['nonsense', /only https/],
    ['https://127.0.0.1/x', /of this machine/],
    ['https://[::1]/x', /of this machine/],
    ['https://169.254.169.254/latest', /of this machine/],
    ['https://localhost:9/x', /REFUSED/],
  ])('not to %s', async (address, why) => {
    expect(await sendHttps(address, {})).toEqual({ ok: false, why: expect.stringMatching(why) });
  });

  test.each([
    ['10.0.0.7', true],
    ['192.168.1.5', true],
    ['203.0.113.9', true],
    ['fd12::1', true],
    ['127.9.9.9', false],
    ['0.0.0.0', false],
    ['169.254.169.254', false],
    ['224.0.0.1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:169.254.169.254', false],
    ['fe80::1', false],
    ['fd00:ec2::254', false],
  ])('%s: %s', (address, expected) => {
    expect(isElsewhere(address)).toBe(expected);
  });

  test('a message that is too large is not sent', async () => {
    expect(await sendHttps('https://example.com/', { text: 'x'.repeat(20_000) })).toMatchObject({
      ok: false,
    });
  });
});
