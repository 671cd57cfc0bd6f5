import { closeSync, openSync, writeSync } from 'node:fs';
import { type Random, seededRandom } from '../../../lib/stats/random.ts';

/**
 * The benchmark's files without Python: the same columns, widths and shares of odd cells as generate.py gives, though
 * not the same values, so that counts of violations differ a little between the two.
 */

const words = (text: string): readonly string[] => text.split(' ');
const NAMES = words(
  'anna bob carl dora emma finn gina hugo iris jack kate liam mona nils olga paul quin rosa sven tina umar vera will xena yuri zoe',
);
const HOSTS = words('example.com mail.example.org corp.example.net test.io university.example.edu');
const VOCABULARY = words(
  'the order arrived late but support was kind and refund came quickly we would buy again maybe price too high quality fine colour wrong size ok café naïve box damaged left at door great service slow website easy checkout',
);
const COUNTRIES = words(
  'US DE FR GB IT ES PL NL SE NO DK FI PT GR CZ HU RO BG IE AT CH BE JP KR IN BR MX CA AU NZ',
);
const SEGMENTS = words('retail smb mid-market enterprise public');
const DEVICES = words('ios android web tablet');
const DAY = 86_400_000;

type Value = string | number | boolean | null;
type Row = Readonly<Record<string, Value>>;

const pick = (random: Random, from: readonly string[]): string => from[random.integer(from.length)] ?? '';
const between = (random: Random, low: number, high: number, decimals: number): number =>
  Number((low + (high - low) * random.next()).toFixed(decimals));
const maybe = (random: Random, missing: number, value: Value): Value =>
  random.next() < missing ? null : value;

function comment(random: Random): string {
  const said = Array.from({ length: 3 + random.integer(6) }, () => pick(random, VOCABULARY)).join(' ');
  const kind = random.next();
  if (kind < 0.04) return `He said "${said}", really`;
  if (kind < 0.1) return said.replace(' ', ', ');
  return kind < 0.13 ? `${said}\nSecond line: ${pick(random, VOCABULARY)}` : said;
}

const transaction = (random: Random): string =>
  `T${random
    .integer(2 ** 24)
    .toString(16)
    .padStart(6, '0')}${random
    .integer(2 ** 24)
    .toString(16)
    .padStart(6, '0')}`;

/** A count with mean 6: the number of steps of a unit clock before time 6 (Poisson). */
function orders(random: Random): number {
  const wait = (): number => -Math.log(1 - random.next());
  let count = 0;
  for (let time = wait(); time < 6; time += wait()) count += 1;
  return count;
}

function row(random: Random, id: number, customers: number): Row {
  const customer = 1 + random.integer(customers);
  const email = `${NAMES[customer % 26]}.${customer}@${HOSTS[customer % 5]}`;
  const common = Math.min(29, Math.floor(-5 * Math.log(1 - random.next())));
  const age = 18 + random.integer(77);
  const moment = Date.UTC(2024, 0, 1) + random.integer(31_000_000) * 1000;
  return {
    id,
    txn_id: transaction(random),
    customer_id: customer,
    email: maybe(random, 0.01, random.next() < 0.0005 ? 'not-an-email' : email),
    country: random.next() < 0.0005 ? 'XX' : (COUNTRIES[common] ?? ''),
    segment: maybe(random, 0.01, pick(random, SEGMENTS)),
    device: pick(random, DEVICES),
    signup_date: new Date(Date.UTC(2018, 0, 1) + random.integer(2500) * DAY).toISOString().slice(0, 10),
    event_ts: maybe(random, 0.005, `${new Date(moment).toISOString().slice(0, 19)}Z`),
    age: maybe(random, 0.01, random.next() < 0.0005 ? age + 120 : age),
    income: maybe(random, 0.01, Number(Math.exp(10.5 + 0.6 * random.normal()).toFixed(2))),
    score: between(random, 0, 1, 6),
    balance: Number((500 + 2000 * random.normal()).toFixed(2)),
    n_orders: orders(random),
    lat: maybe(random, 0.01, between(random, -90, 90, 5)),
    lon: maybe(random, 0.01, between(random, -180, 180, 5)),
    is_active: random.next() < 0.7,
    discount: maybe(random, 0.03, between(random, 0, 0.5, 3)),
    comment: maybe(random, 0.05, comment(random)),
    label: random.next() < 0.2 ? 1 : 0,
  };
}

/** Whole numbers from 0 in a random order, two of them a second time. */
function shuffledIds(random: Random, rows: number): Uint32Array {
  const ids = Uint32Array.from({ length: rows }, (_, index) => 10_000_000 + index);
  for (let last = rows - 1; last > 0; last -= 1) {
    const other = random.integer(last + 1);
    const kept = ids[last] ?? 0;
    ids[last] = ids[other] ?? 0;
    ids[other] = kept;
  }
  ids[rows >> 1] = ids[Math.floor(rows / 3)] ?? 0;
  ids[rows - 5] = ids[5] ?? 0;
  return ids;
}

const csvCell = (value: Value): string => {
  const text = value === null ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Writes the same rows as CSV and as JSON Lines. */
export function inventRows(csv: string, jsonLines: string, rows: number): void {
  const random = seededRandom(7);
  const ids = shuffledIds(random, rows);
  const [csvFile, jsonFile] = [openSync(csv, 'w'), openSync(jsonLines, 'w')];
  let [csvText, jsonText] = ['', ''];
  for (const [index, id] of ids.entries()) {
    const values = row(random, id, Math.max(1, rows >> 3));
    if (index === 0) csvText = `${Object.keys(values).join(',')}\n`;
    csvText += `${Object.values(values).map(csvCell).join(',')}\n`;
    jsonText += `${JSON.stringify(values)}\n`;
    if (csvText.length > 1 << 20 || index === rows - 1) {
      writeSync(csvFile, csvText);
      writeSync(jsonFile, jsonText);
      [csvText, jsonText] = ['', ''];
    }
  }
  closeSync(csvFile);
  closeSync(jsonFile);
}
