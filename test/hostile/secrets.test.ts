import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { reportText, writeCrashReport } from '../../src/cli/crash-report.ts';
import { openDebugLog } from '../../src/cli/debug-log.ts';
import { lineDecoder } from '../../src/text/line-decoder.ts';
import { logLine } from '../../src/text/log-line.ts';
import { lineRedactor } from '../../src/text/redact.ts';
import { rowTest } from '../faults-terminal/support/row-test.ts';

const held = 'Tr0ub4dor-and-3-horses';
const jwt = `eyJ${'hbGciOiJSUzI1NiIs'.repeat(2)}.eyJ${'zdWIiOiJhZG1pbiJ9'.repeat(2)}.c2lnbmF0dXJl`;
const pem = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEowIBAAKCAQEAx7',
  'Zm9vYmFyYmF6cXV4',
  '-----END RSA PRIVATE KEY-----',
];

/** Kinds of secrets as a tool prints them, with what must not be seen of each. */
const kinds: readonly (readonly [kind: string, line: string, secret: string])[] = [
  ['a bearer token', 'Authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
  ['a JWT', `token is ${jwt}`, 'hbGciOiJSUzI1NiIs'],
  ['a password', 'password: hunter2hunter2', 'hunter2hunter2'],
  ['a quoted password', '{"password":"hunter2 hunter3"}', 'hunter3'],
  ['a password in a flag', '--set auth.password=s3cr3tvalue', 's3cr3tvalue'],
  ['an API key', 'API_KEY=0123456789abcdef', '0123456789abcdef'],
  ['a client secret', 'client_secret: qwertyuiop12', 'qwertyuiop12'],
  ['an AWS key', 'using AKIAIOSFODNN7EXAMPLE now', 'AKIAIOSFODNN7EXAMPLE'],
  ['a GitHub token', `remote ghp_${'a1B2'.repeat(9)}`, 'a1B2a1B2'],
  ['a fine-grained one', `github_pat_${'11ABC'.repeat(6)}`, '11ABC11ABC'],
  ['a GitLab token', `glpat-${'xYz12'.repeat(4)}`, 'xYz12xYz12'],
  ['a Slack token', 'xoxb-123456789012-abcdefghij', '123456789012'],
  ['an age key', `AGE-SECRET-KEY-1${'QPZRY9X8'.repeat(6)}`, 'QPZRY9X8QPZRY9X8'],
  ['a URL with a password', 'https://ops:pa55word@git.example.org/x', 'pa55word'],
  ['a database URL', 'postgres://app:d4tabase@db:5432/app', 'd4tabase'],
  ['a held value', `it is ${held}.`, held],
  [
    'a held value in base64',
    `data: ${Buffer.from(held).toString('base64')}`,
    Buffer.from(held).toString('base64').slice(0, 20),
  ],
  ['a held value in a URL', `?p=${encodeURIComponent(`${held}`)}`, held],
  ['a held value cut by escapes', `it is ${held.slice(0, 9)}\x1b[31m${held.slice(9)}`, held.slice(9)],
  ['a private key', pem.join('\n'), 'MIIEowIBAAKCAQEAx7'],
];

/** Where what a tool prints may end up. */
const sinks: Readonly<Record<string, (text: string) => string>> = {
  'the log on the screen': text => throughLog([Buffer.from(text)]),
  'the same in chunks of three bytes': text =>
    throughLog(
      Buffer.from(text)
        .toString('latin1')
        .match(/[\s\S]{1,3}/g)
        ?.map(part => Buffer.from(part, 'latin1')) ?? [],
    ),
  'a crash report by its message': text =>
    reportText({ error: new Error(text), argv: [], env: {}, secrets: [held] }, new Date(0)),
  'a crash report by its notes': text =>
    reportText({ error: 'x', argv: [], env: {}, secrets: [held], notes: [text] }, new Date(0)),
  'a crash report by its command': text =>
    reportText({ error: 'x', argv: text.split(' '), env: {}, secrets: [held] }, new Date(0)),
  'the debug log': text =>
    inFolder(folder => {
      const log = openDebugLog(join(folder, 'debug.log'), () => [held]);
      log.write('error', { error: text });
      log.close();
      return readFileSync(join(folder, 'debug.log'), 'utf8');
    }),
};

rowTest('S5', { what: 'log, reports, debug log' }, measured => {
  const leaks = kinds.flatMap(([kind, line, secret]) =>
    Object.entries(sinks).flatMap(([sink, write]) =>
      write(line).includes(secret) ? [`${kind} in ${sink}`] : [],
    ),
  );
  expect(leaks).toEqual([]);
  measured(`${kinds.length} kinds in ${Object.keys(sinks).length} places: 0 seen`);
});

rowTest('S5', { what: 'what lies in the report' }, measured => {
  inFolder(folder => {
    const env = { HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
    const where = writeCrashReport({
      error: new Error('odd\x1b[2Jthing'),
      argv: ['--context', 'homelab'],
      env,
    });
    expect(where).toMatch(/^~\/state\/groundup\/crashes\/[\dTZ-]+\.txt$/);
    const text = readFileSync(String(where).replace('~', folder), 'utf8');
    expect(text).toContain('odd^[[2Jthing');
    expect(text).toContain('command  groundup --context homelab');
    expect(text).not.toContain(folder);
    return text;
  });
  measured('no escapes, no name of the home folder');
});

function throughLog(chunks: readonly Buffer[]): string {
  const decode = lineDecoder();
  const clean = lineRedactor([held]);
  const lines = [...chunks.flatMap(chunk => decode.push(chunk)), ...decode.end()];
  return lines.flatMap(line => logLine(clean(line))).join('\n');
}

function inFolder(task: (folder: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundup-secrets-'));
  try {
    return task(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
