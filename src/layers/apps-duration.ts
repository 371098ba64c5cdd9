const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A Go duration such as `1h30m` or `90s` in milliseconds; null when it is not one. */
export function duration(text: string | undefined): number | null {
  if (text === undefined || !/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h)){1,8}$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (units[unit] ?? 0);
  }
  return total;
}
