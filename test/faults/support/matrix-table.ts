/** One line of a matrix, from its cells. */
export function matrixLine(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A whole matrix as Markdown; `how` says how it was measured. */
export function matrixTable(
  title: string,
  about: readonly string[],
  lines: readonly string[],
  how: string,
): string {
  const held = lines.filter(line => line.endsWith('| holds |')).length;
  const today = new Date().toISOString().slice(0, 10);
  return [
    title,
    '',
    ...about,
    '',
    `${held} of ${lines.length} rows hold. Measured ${how}${today}.`,
    '',
    '| row | fault | injection | required | figure | measured | verdict |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
