import type xterm from '@xterm/headless';

type Emulator = InstanceType<typeof xterm.Terminal>;
type Cell = NonNullable<
  ReturnType<NonNullable<ReturnType<Emulator['buffer']['active']['getLine']>>['getCell']>
>;

const cell = { width: 8.4, height: 18 } as const;
const margin = 14;
const palette = [
  '#484f58',
  '#f47067',
  '#57ab5a',
  '#d9a62e',
  '#539bf5',
  '#b083f0',
  '#39c5cf',
  '#c9d1d9',
  '#6e7681',
  '#ff938a',
  '#6bc46d',
  '#e8c25a',
  '#6cb6ff',
  '#dcbdfb',
  '#56d4dd',
  '#f0f6fc',
];
const ink = '#c9d1d9';
const paper = '#0d1117';

/** Draws what the emulator shows as an SVG: text on a grid, box-drawing characters as lines so that borders close. */
export function screenSvg(emulator: Emulator, title: string): string {
  const { cols, rows } = emulator;
  return page({ cols, rows, title }, '', rowsOf(emulator));
}

/** What one row of the screen shows, as SVG elements; the same picture is the same text. */
export function rowsOf(emulator: Emulator): readonly string[] {
  return Array.from({ length: emulator.rows }, (_, y) => row(emulator, y).join('\n'));
}

/** An SVG page of so many columns and rows with a style sheet of its own. */
export function page(
  { cols, rows, title }: { readonly cols: number; readonly rows: number; readonly title: string },
  style: string,
  body: readonly string[],
): string {
  const width = cols * cell.width + 2 * margin;
  const height = rows * cell.height + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xml(title)}">`,
    `<style>text{font:14px 'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace;font-variant-ligatures:none;white-space:pre}${style}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    ...body.filter(text => text !== ''),
    '</svg>',
    '',
  ].join('\n');
}

/** A line of text in a row of the grid, for what is told about a picture and not shown in it. */
export function caption(text: string, y: number): string {
  return textOf({ x: 1, style: `fill="${palette[14]}" font-weight="bold"`, text }, y);
}

interface Run {
  readonly x: number;
  readonly style: string;
  text: string;
}

function row(emulator: Emulator, y: number): string[] {
  const { active } = emulator.buffer;
  const line = active.getLine(active.viewportY + y);
  const out: string[] = [];
  let run: Run | undefined;
  const flush = () => {
    if (run !== undefined && run.text.trim() !== '') out.push(textOf(run, y));
    run = undefined;
  };
  for (let x = 0; line !== undefined && x < emulator.cols; x++) {
    const at = line.getCell(x);
    if (at === undefined || at.getWidth() === 0) continue;
    const chars = at.getChars() || ' ';
    const style = styleOf(at);
    const box = strokes[chars];
    if (box !== undefined) {
      flush();
      out.push(boxOf(box, x, y, style));
    } else if (run !== undefined && run.style === style && at.getWidth() === 1 && isPlain(chars))
      run.text += chars;
    else {
      flush();
      run = { x, style, text: chars };
      if (!isPlain(chars)) flush();
    }
  }
  flush();
  return out;
}

/** Characters outside of ASCII may be wider in a fallback font: each gets a place of its own. */
function isPlain(chars: string): boolean {
  return /^[\x20-\x7e]$/.test(chars);
}

function styleOf(at: Cell): string {
  const colour = at.isFgPalette() ? (palette[at.getFgColor() % 16] ?? ink) : ink;
  const dim = at.isDim() !== 0 ? ' opacity="0.6"' : '';
  const bold = at.isBold() !== 0 ? ' font-weight="bold"' : '';
  return `fill="${at.isInverse() !== 0 ? '#79c0ff' : colour}"${dim}${bold}`;
}

function textOf(run: Run, y: number): string {
  // Leading blanks are a place, not text: renderers disagree about them.
  const text = run.text.trim();
  const x = margin + (run.x + run.text.length - run.text.trimStart().length) * cell.width;
  const fit =
    text.length > 1
      ? ` textLength="${(text.length * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`
      : '';
  return `<text xml:space="preserve" x="${x.toFixed(1)}" y="${(margin + y * cell.height + 13.5).toFixed(1)}" ${run.style}${fit}>${xml(text)}</text>`;
}

/** Which of left, right, up and down a box-drawing character reaches. */
const strokes: Readonly<Record<string, string>> = {
  '─': 'lr',
  '│': 'ud',
  '╭': 'rd',
  '╮': 'ld',
  '╰': 'ru',
  '╯': 'lu',
  '├': 'udr',
  '┤': 'udl',
  '┬': 'lrd',
  '┴': 'lru',
  '┼': 'lrud',
  '┌': 'rd',
  '┐': 'ld',
  '└': 'ru',
  '┘': 'lu',
};

function boxOf(box: string, x: number, y: number, style: string): string {
  const left = margin + x * cell.width;
  const upper = margin + y * cell.height;
  const midX = left + cell.width / 2;
  const midY = upper + cell.height / 2;
  const ends: Readonly<Record<string, string>> = {
    l: `M${left} ${midY}H${midX}`,
    r: `M${midX} ${midY}H${left + cell.width}`,
    u: `M${midX} ${upper}V${midY}`,
    d: `M${midX} ${midY}V${upper + cell.height}`,
  };
  const path = [...box].map(side => ends[side]).join('');
  return `<path d="${path}" fill="none" ${style.replace('fill=', 'stroke=')} stroke-width="1.2"/>`;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
