/** A command of the tour and what the page says that it prints. */
export interface TourStep {
  readonly command: string;
  /** `…` stands for anything. Absent where the page shows nothing. */
  readonly output?: string;
}

/** The fenced `sh` blocks of a section, each with the `json` or `text` block that follows it before any other. */
export function tourSteps(page: string, heading: string): TourStep[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const fences = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({
      language,
      text,
    }),
  );
  return fences.flatMap(({ language, text }, index) => {
    if (language !== 'sh') return [];
    const next = fences[index + 1];
    return [
      next === undefined || next.language === 'sh' ? { command: text } : { command: text, output: next.text },
    ];
  });
}

/** True when the output is what the page shows: JSON in any layout and order of members, text up to white space. */
export function isShown(output: string, shown: string): boolean {
  const [found, expected] = [output, shown].map(canonical) as [string, string];
  const pattern = expected
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  return new RegExp(`^${pattern}$`).test(found);
}

function canonical(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text.trim().replace(/\s+/g, ' ');
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
