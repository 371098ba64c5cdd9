/** Rows as helm prints them: columns as wide as their widest cell, each followed by a tab. */
export function tabbed(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  return rows
    .map(row => `${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('\t')}\n`)
    .join('');
}

/** Rows as kubectl prints them: three spaces between columns, nothing after the last. */
export function spaced(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  return rows
    .map(row => {
      const last = row.length - 1;
      return `${row.map((cell, index) => (index === last ? cell : cell.padEnd((widths[index] ?? 0) + 3))).join('')}\n`;
    })
    .join('');
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return widths;
}
