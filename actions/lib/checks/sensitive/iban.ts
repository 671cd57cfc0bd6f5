/** Lengths of account numbers by country, from the IBAN registry of SWIFT (release 99). */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}/g;

/** Whether a text holds an IBAN, in groups or not, with the length of its country and valid check digits. */
export function holdsIban(text: string): boolean {
  for (const { 0: start, index } of text.matchAll(START)) {
    const length = LENGTHS.get(start.slice(0, 2));
    const found = length === undefined ? undefined : takeAccount(text.slice(index), length);
    if (found !== undefined && remainder(found) === 1) return true;
  }
  return false;
}

/** The first `length` letters and digits, single spaces aside; `undefined` when more or fewer follow. */
function takeAccount(text: string, length: number): string | undefined {
  let account = '';
  let at = 0;
  for (; at < text.length && account.length < length; at += 1) {
    const character = text[at] ?? '';
    if (character === ' ' && text[at - 1] !== ' ') continue;
    if (!/[A-Z0-9]/.test(character)) return undefined;
    account += character;
  }
  return account.length === length && !/^[A-Za-z0-9]/.test(text.slice(at)) ? account : undefined;
}

/** ISO 7064 mod 97-10: the first four characters go to the end, letters count from 10. */
function remainder(account: string): number {
  let rest = 0;
  for (const character of account.slice(4) + account.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}
