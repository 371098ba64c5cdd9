import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const top = resolve(import.meta.dirname, '../..');

/** A page as its readers take it: what is code, what is a link, what can be linked to. */
export interface Document {
  /** From the top folder: `docs/faq.md`. */
  readonly name: string;
  readonly blocks: readonly { readonly language: string; readonly lines: readonly string[] }[];
  /** Code within sentences. */
  readonly spans: readonly string[];
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
  readonly text: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

export function readDocument(name: string, text: string): Document {
  const prose = text.replace(FENCE, '');
  return {
    name,
    text,
    blocks: [...text.matchAll(FENCE)].map(([, language = '', body = '']) => ({
      language,
      lines: body.split('\n').filter(line => line.trim() !== ''),
    })),
    spans: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
    links: [...prose.replaceAll(/`[^`\n]+`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))),
  };
}

/** As the forges make anchors of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Every page that users read. */
export function allDocuments(): readonly Document[] {
  const names = ['README.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: top }).sort()];
  return names.map(name => readDocument(name, readFileSync(resolve(top, name), 'utf8')));
}

/** The command lines of its shell blocks, without comments. */
export function commandLines({ blocks }: Document): readonly string[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ lines }) => lines)
    .map(line => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter(line => line !== '');
}
