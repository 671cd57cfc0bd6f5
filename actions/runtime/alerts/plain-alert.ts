import type { Alert } from '../../lib/registry/alert.ts';
import { clipText } from '../../lib/report/clip-text.ts';
import { visibleText } from '../../lib/report/visible-text.ts';

/**
 * Lengths in characters. With them, no body of any format is larger than 24 KB, however many bytes its characters
 * take: Teams takes 28 KB, Slack 3,000 characters in a text and 150 in a title.
 */
const LONGEST = { title: 140, text: 1_500, name: 40, value: 250, url: 500 } as const;
const MOST_FACTS = 8;
const MOST_LINKS = 4;

const webAddress = (url: string): boolean =>
  url.length <= LONGEST.url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** An alert without secrets, within the limits of the places it goes to, its invisible characters written out. */
export function plainAlert(alert: Alert, redact: (text: string) => string): Alert {
  const plain = (text: string, length: number): string => clipText(visibleText(redact(text)), length);
  return {
    ...alert,
    title: plain(alert.title, LONGEST.title),
    text: plain(alert.text, LONGEST.text),
    facts: alert.facts.slice(0, MOST_FACTS).map(({ name, value }) => ({
      name: plain(name, LONGEST.name),
      value: plain(value, LONGEST.value),
    })),
    links: alert.links
      .slice(0, MOST_LINKS)
      .filter(({ url }) => webAddress(url) && redact(url) === url)
      .map(({ title, url }) => ({ title: plain(title, LONGEST.name), url })),
  };
}
